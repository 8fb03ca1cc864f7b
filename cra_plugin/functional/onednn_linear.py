"""A linear layer multiplied by oneDNN, forward and backward."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.nn.functional import linear

# Below, calls cost more than what they multiply: found by measurement.
_FEWEST_PRODUCTS = 2**22
_KINDS = (Tensor, Parameter)


def onednn_linear(inputs: Tensor, weight: Tensor,
                  bias: Tensor | None = None) -> Tensor:
    """Multiply as :func:`torch.nn.functional.linear` does, by oneDNN.

    The sums are the same in another order. On a CPU torch multiplies float32
    by MKL, which leaves half of the vector units of other makers idle.

    Args:
        inputs (Tensor): (..., K) float32, on a CPU.
        weight (Tensor): (N, K) float32.
        bias (Tensor, optional): (N) float32. Defaults to None.

    Returns:
        Tensor: (..., N).
    """
    rows = inputs.reshape(-1, inputs.shape[-1])
    outputs: Tensor = _Linear.apply(rows, weight, bias)
    return outputs.view(*inputs.shape[:-1], -1)


def takes_onednn(inputs: Tensor, weight: Tensor) -> bool:
    """Say whether :func:`onednn_linear` can be and is worth being called.

    Args:
        inputs (Tensor): (..., K).
        weight (Tensor): (N, K).

    Returns:
        bool: False where another device, precision, kind of tensor or
        whoever looks at each operation has its own way, and where there is
        little to multiply.
    """
    # Subclasses, as of quantized and of distributed weights, multiply
    # otherwise; what torch.fx records is no tensor at all.
    return (type(inputs) in _KINDS and type(weight) in _KINDS
            and not _is_watched()
            and inputs.device.type == weight.device.type == 'cpu'
            and inputs.dtype == weight.dtype == torch.float32
            and inputs.shape[-1] == weight.shape[1]
            and inputs.numel() * weight.shape[0] >= _FEWEST_PRODUCTS
            and not torch.is_autocast_enabled('cpu')
            and torch._C._get_mkldnn_enabled())


def _is_watched() -> bool:
    """Whether a compiler, a transform or a counter takes each operation."""
    return (torch.compiler.is_compiling()
            or torch._C._get_tracing_state() is not None
            or torch._C._are_functorch_transforms_active()
            or torch._C._len_torch_dispatch_stack() > 0)


def has_onednn() -> bool:
    """Say whether this torch multiplies by oneDNN.

    Returns:
        bool: Builds for other processors have none.
    """
    return (torch.backends.mkldnn.is_available()
            and hasattr(torch.ops.mkldnn, '_linear_pointwise'))


class _Linear(torch.autograd.Function):
    """Three products of matrices."""

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weight: Tensor,
                bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(
            inputs if ctx.needs_input_grad[1] else None,
            weight if ctx.needs_input_grad[0] else None)
        return _product(inputs, weight, bias)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        inputs, weight = ctx.saved_tensors
        # With ``create_graph`` the gradient is differentiated again.
        product = linear if torch.is_grad_enabled() else _product
        return (
            None if weight is None else product(gradient, weight.t()),
            None if inputs is None else product(gradient.t(), inputs.t()),
            gradient.sum(0) if ctx.needs_input_grad[2] else None)


def _product(inputs: Tensor, weight: Tensor,
             bias: Tensor | None = None) -> Tensor:
    """Inputs (M, K) times weights (N, K), and a bias: (M, N)."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise(
        inputs.contiguous(), weight.contiguous(), bias, 'none', [], '')
    return product
