"""Optimizer wrappers."""

from cra_plugin.optim.cpu_amp_optim_wrapper import CPUAmpOptimWrapper

__all__ = ['CPUAmpOptimWrapper']
