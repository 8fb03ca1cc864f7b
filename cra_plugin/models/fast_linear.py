"""Linear layers that use all of a CPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cra_plugin.errors import InputError
from cra_plugin.functional.onednn_linear import (
    has_onednn,
    onednn_linear,
    takes_onednn,
)
from cra_plugin.utils.machine import processor_vendor


class FastLinear(nn.Linear):
    """A linear layer that oneDNN multiplies on a CPU, in float32.

    Everywhere else it is its base class, whose parameters it has.

    Attributes:
        by_onednn (bool): False makes it its base class on a CPU too.
    """

    by_onednn = True

    def forward(self, inputs: Tensor) -> Tensor:
        """Multiply.

        Args:
            inputs (Tensor): (..., in_features).

        Returns:
            Tensor: (..., out_features).
        """
        # TorchScript leaves the other branches aside.
        if torch.jit.is_scripting():  # type: ignore[attr-defined]
            outputs = linear(inputs, self.weight, self.bias)
        elif self.by_onednn and takes_onednn(inputs, self.weight):
            outputs = onednn_linear(inputs, self.weight, self.bias)
        else:
            outputs = linear(inputs, self.weight, self.bias)
        return outputs


def multiply_by_onednn(module: nn.Module, wanted: bool | None = None,
                       field: str = 'onednn_linear') -> None:
    """Let oneDNN multiply for all linear layers of a module.

    Args:
        module (nn.Module): Its layers are changed in place; parameters and
            their names stay.
        wanted (bool, optional): Defaults to None: what is faster on this
            processor.
        field (str): Where it is asked for, for errors. Defaults to
            'onednn_linear'.

    Raises:
        InputError: If it is wanted where torch has no oneDNN.
    """
    if wanted and not has_onednn():
        raise InputError(field, 'True, without oneDNN in this torch',
                         'a torch that was built with it', 'set it to None')
    if wanted or (wanted is None and has_onednn() and _mkl_is_slower()):
        for layer in module.modules():
            # Others of its kind may multiply otherwise.
            if type(layer) is nn.Linear:
                layer.__class__ = FastLinear


def _mkl_is_slower() -> bool:
    """MKL uses vectors of 512 bits on processors of its own maker alone."""
    return (torch.backends.mkl.is_available()
            and torch.backends.cpu.get_cpu_capability() == 'AVX512'
            and processor_vendor() == 'AuthenticAMD')
