"""Optimizer wrappers."""

from cra_plugin.engine.optim_wrappers.cpu_amp_optim_wrapper import (
    CPUAmpOptimWrapper,
)
from cra_plugin.engine.optim_wrappers.trained_parameters_constructor import (
    TrainedParametersConstructor,
)

__all__ = ['CPUAmpOptimWrapper', 'TrainedParametersConstructor']
