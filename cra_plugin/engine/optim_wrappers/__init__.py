"""Optimizer wrappers."""

from cra_plugin.engine.optim_wrappers.cpu_amp_optim_wrapper import (
    CPUAmpOptimWrapper,
)

__all__ = ['CPUAmpOptimWrapper']
