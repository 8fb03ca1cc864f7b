"""Single-head attention without projections."""

from __future__ import annotations

from torch import Tensor

from cra_plugin.functional.masking import masked_softmax


def scaled_attention(query: Tensor,
                     keys: Tensor,
                     values: Tensor | None = None,
                     mask: Tensor | None = None,
                     scale: float | None = None) -> Tensor:
    """Attend with scores divided by sqrt(d).

    Args:
        query (Tensor): (..., N, d).
        keys (Tensor): (..., K, d).
        values (Tensor, optional): (..., K, d). Defaults to None, the keys.
        mask (Tensor, optional): (..., K), True where real. Defaults to None.
        scale (float, optional): Divides the scores. Defaults to None,
            sqrt(d).

    Returns:
        Tensor: (..., N, d).
    """
    scores = query @ keys.transpose(-1, -2) / (
        scale or query.shape[-1]**0.5)
    if mask is not None:
        mask = mask[..., None, :]
    values = keys if values is None else values
    return masked_softmax(scores, mask).to(values.dtype) @ values
