"""Batch statistics that training leaves alone."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def keep_norm_statistics(module: nn.Module) -> None:
    """Put the batch normalisations of a module into evaluation.

    Args:
        module (nn.Module): The module; its other parts stay as they are.
    """
    for each in module.modules():
        if isinstance(each, _BatchNorm):
            each.eval()
