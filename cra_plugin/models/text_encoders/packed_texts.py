"""Run an encoder of texts without most of their padding."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from cra_plugin.models.text_encoders.length_buckets import (
    CALL_TOKENS,
    CALL_TOKENS_ELSEWHERE,
    length_buckets,
)


def encode_packed(embed: Callable[[Tensor, Tensor], Tensor], tokens: Tensor,
                  mask: Tensor, share_equal: bool) -> Tensor:
    """Encode texts of like length together.

    Args:
        embed (Callable): Token ids (n, l) and mask (n, l) to (n, d); what it
            gives for a text must not depend on the padding behind it.
        tokens (Tensor): (N, L) token ids.
        mask (Tensor): (N, L), True where real.
        share_equal (bool): Encode equal texts once.

    Returns:
        Tensor: (N, d), that of ``embed(tokens, mask)`` but for rounding.
    """
    copies = None
    if share_equal:
        # No token id is negative.
        distinct, copies = torch.unique(
            tokens.masked_fill(~mask, -1), dim=0, return_inverse=True)
        mask = distinct >= 0
        tokens = torch.where(mask, distinct, tokens.new_zeros(()))
    places = torch.arange(1, tokens.shape[1] + 1, device=mask.device)
    lengths = (mask * places).amax(dim=1).clamp(min=1).tolist()
    buckets = length_buckets(lengths, CALL_TOKENS.get(
        tokens.device.type, CALL_TOKENS_ELSEWHERE))
    parts = []
    for rows in buckets:
        index = torch.tensor(rows, device=tokens.device)
        longest = lengths[rows[-1]]
        parts.append(embed(tokens[index, :longest], mask[index, :longest]))
    order = torch.tensor([row for rows in buckets for row in rows],
                         device=tokens.device)
    encoded = torch.cat(parts)[order.argsort()]
    return encoded if copies is None else encoded[copies]
