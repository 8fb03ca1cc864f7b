"""Run an encoder of texts without copies and most of the padding."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from cra_plugin.models.text_encoders.length_buckets import (
    CALL_TOKENS,
    CALL_TOKENS_ELSEWHERE,
    length_buckets,
)

Embed = Callable[[Tensor, Tensor], Tensor]


def encode_distinct(embed: Embed, tokens: Tensor, mask: Tensor) -> Tensor:
    """Encode equal texts once.

    Args:
        embed (Callable): Token ids (n, l) and mask (n, l) to (n, d).
        tokens (Tensor): (N, L) token ids.
        mask (Tensor): (N, L), True where real.

    Returns:
        Tensor: (N, d), that of ``embed(tokens, mask)``.
    """
    # No token id is negative.
    distinct, copies = torch.unique(
        tokens.masked_fill(~mask, -1), dim=0, return_inverse=True)
    mask = distinct >= 0
    return embed(torch.where(mask, distinct, tokens.new_zeros(())),
                 mask)[copies]


def encode_by_length(embed: Embed, tokens: Tensor, mask: Tensor) -> Tensor:
    """Encode texts of like length together.

    Args:
        embed (Callable): Token ids (n, l) and mask (n, l) to (n, d); what it
            gives for a text must not depend on the padding behind it.
        tokens (Tensor): (N, L) token ids.
        mask (Tensor): (N, L), True where real.

    Returns:
        Tensor: (N, d), that of ``embed(tokens, mask)`` but for rounding.
    """
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
    return torch.cat(parts)[order.argsort()]
