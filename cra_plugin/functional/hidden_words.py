"""Which words of a text are hidden, to be guessed."""

from __future__ import annotations

import torch
from torch import Tensor


def draw_hidden_words(tokens: Tensor, real: Tensor, mask_token_id: int,
                      prob: float) -> Tensor:
    """Draw words to hide: no special ones, one in each text at least.

    Args:
        tokens (Tensor): (N, L) token ids; the first and the last real one of
            each text are special.
        real (Tensor): (N, L), True at tokens.
        mask_token_id (int): Id of [MASK], which is never hidden.
        prob (float): Probability that a word is hidden.

    Returns:
        Tensor: (N, L), True where hidden. Source: BERT (arXiv 1810.04805).
    """
    place = torch.arange(tokens.shape[1], device=tokens.device)
    words = ((place > 0) & (place < real.sum(1, keepdim=True) - 1)
             & (tokens != mask_token_id))
    order = torch.rand(tokens.shape, device=tokens.device)
    order = order.masked_fill(~words, 2)
    first = order.argmin(dim=1, keepdim=True) == place
    hidden: Tensor = words & ((order < prob) | first)
    return hidden
