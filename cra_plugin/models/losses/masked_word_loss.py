"""Hidden words are guessed from the frames and the other words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from mmengine.model import BaseModule
from torch import Tensor
from torch.nn.functional import cross_entropy

from cra_plugin.errors import InputError
from cra_plugin.functional.hidden_words import draw_hidden_words
from cra_plugin.registry import MODELS


def masked_word_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Mean cross entropy of the hidden words; 0 where none is hidden.

    Args:
        logits (Tensor): (W, V), scores of all words at the hidden ones.
        truth (Tensor): (W,), their token ids.

    Returns:
        Tensor: (). Source: BERT (arXiv 1810.04805).
    """
    total = cross_entropy(logits.float(), truth, reduction='sum')
    return total / max(len(truth), 1)


@MODELS.register_module()
class MaskedWordLoss(BaseModule):
    """Hide words of texts that fit their videos, and guess them.

    FrozenBiLM's own pre-training. Source: FrozenBiLM (arXiv 2206.08155).

    Args:
        mask_prob (float): Probability that a word is hidden. Defaults to
            0.3.
        repeats (int): How often each text is read in a step, other words
            hidden each time. Defaults to 1.
        loss_weight (float): Factor of the loss. Defaults to 1.0.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``mask_prob`` or ``repeats`` is out of range.
    """

    def __init__(self,
                 mask_prob: float = 0.3,
                 repeats: int = 1,
                 loss_weight: float = 1.0,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        if not 0 < mask_prob < 1:
            raise InputError('MaskedWordLoss.mask_prob', f'{mask_prob}',
                             'more than 0 and less than 1')
        if repeats < 1:
            raise InputError('MaskedWordLoss.repeats', f'{repeats}',
                             'at least 1')
        self.mask_prob = mask_prob
        self.repeats = repeats
        self.loss_weight = loss_weight

    def forward(self, language_model: Any, frames: Tensor, frame_mask: Tensor,
                inputs: Mapping[str, Tensor],
                right: Tensor) -> dict[str, Tensor]:
        """Hide words and guess them.

        Args:
            language_model (FrozenBiLM): It reads and guesses.
            frames (Tensor): (B, T, D), of its ``embed_frames``.
            frame_mask (Tensor): (B, T), True where real.
            inputs (Mapping[str, Tensor]): ``choice_tokens``, and
                ``choice_mask``, True where they are real, (B, M, L).
            right (Tensor): (B,), which choice is read.

        Returns:
            dict[str, Tensor]: ``loss_words``, weighted, and
            ``word_accuracy``, the fraction of hidden words that are guessed.
        """
        row = torch.arange(len(right), device=right.device)
        frames, mask, tokens, real = (
            each.repeat(self.repeats, *(1, ) * (each.ndim - 1)) for each in (
                frames, frame_mask, inputs['choice_tokens'][row, right],
                inputs['choice_mask'][row, right]))
        hidden = draw_hidden_words(
            tokens, real, language_model.mask_token_id, self.mask_prob)
        states = language_model(
            frames, mask,
            tokens.masked_fill(hidden, language_model.mask_token_id),
            real).words
        logits = language_model.word_logits(states[hidden])
        truth = tokens[hidden]
        found = (logits.argmax(-1) == truth).sum() / max(len(truth), 1)
        return {'loss_words': self.loss_weight * masked_word_loss(
            logits, truth), 'word_accuracy': found}
