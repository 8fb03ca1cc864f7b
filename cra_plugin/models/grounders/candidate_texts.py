"""Encode the candidates of several branches, in one call where it pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad


def encode_texts(encoder: Any, inputs: Mapping[str, Tensor],
                 kinds: Sequence[str]) -> list[Tensor]:
    """Embed candidates of several kinds.

    Args:
        encoder (nn.Module): Token ids (B, M, L) and mask to (B, M, d). One
            with a true ``skip_padding`` is called once for all kinds.
        inputs (Mapping[str, Tensor]): ``{kind}_tokens`` and ``{kind}_mask``,
            (B, M, L), of each kind.
        kinds (Sequence[str]): Such as ``('choice', 'question')``.

    Returns:
        list[Tensor]: (B, M, d) of each kind.
    """
    names = [(f'{kind}_tokens', f'{kind}_mask') for kind in kinds]
    if len(kinds) == 1 or not getattr(encoder, 'skip_padding', False):
        return [encoder(inputs[tokens], inputs[mask])
                for tokens, mask in names]
    tokens, masks = ([inputs[name] for name in each] for each in zip(*names))
    longest = max(each.shape[-1] for each in tokens)
    joined = (torch.cat([pad(each, (0, longest - each.shape[-1]))
                         for each in parts], dim=1)
              for parts in (tokens, masks))
    return list(encoder(*joined).split([each.shape[1] for each in tokens],
                                       dim=1))
