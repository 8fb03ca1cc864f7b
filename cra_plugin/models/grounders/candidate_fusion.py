"""What CRA makes of the states of a language model, beside its heads."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from cra_plugin.functional.masking import (
    masked_mean,
    masked_softmax,
    weighted_sum,
)
from cra_plugin.models.language_models.frozen_bilm import LanguageStates
from cra_plugin.models.temporal.frame_transformer import check_heads
from cra_plugin.models.temporal.post_norm_layer import PostNormLayer


def _norm_linear(width: int) -> nn.Sequential:
    """LayerNorm and Linear of two states side by side."""
    return nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, width))


class CandidateFusion(nn.Module):
    """Query and mediator of each candidate from its own sequence.

    Source: CRA, FrozenBiLM variant.

    Args:
        width (int): Width D of the states.
        num_heads (int): Attention heads of the layer over the frames.
        dropout (float): Dropout in that layer.
        mask_frames (bool): Give padded frames no weight.
        alignment_dim (int, optional): Width of two projections for CMA: of
            the pooled words and of the pooled frames. None aligns query and
            mediator, which share the state at [MASK], as released.
        align_inputs (bool): Align words and frames as they enter the
            language model instead. Behind it the states of the frames have
            read the words, so that CMA is solved without looking.
    """

    def __init__(self, width: int, num_heads: int, dropout: float,
                 mask_frames: bool, alignment_dim: int | None,
                 align_inputs: bool = False) -> None:
        super().__init__()
        self.mask_frames = mask_frames
        self.align_inputs = align_inputs
        self.word_attention = nn.Linear(width, 1)
        self.query_fusion = _norm_linear(width)
        check_heads('model.num_heads', num_heads, width)
        self.frame_layer = PostNormLayer(width, num_heads, dropout)
        self.video_fusion = _norm_linear(width)
        self.norm = nn.LayerNorm(width)
        self.text_alignment = self.video_alignment = None
        if alignment_dim is not None:
            self.text_alignment = nn.Linear(width, alignment_dim)
            self.video_alignment = nn.Linear(width, alignment_dim)

    def forward(self, states: LanguageStates, masked: Tensor, words: Tensor,
                mask: Tensor, batch: int, head: Any,
                causal: Any) -> tuple[Tensor, list[Tensor]]:
        """Ground N candidates, those of a sample one after the other.

        Args:
            states (LanguageStates): Of their sequences.
            masked (Tensor): (N, D), the states at [MASK].
            words (Tensor): (N, L), True at words that are pooled.
            mask (Tensor): (N, T), True where a frame is real.
            batch (int): Number of samples.
            head (Any): Frames and query to frame weights.
            causal (Any): The deconfounding, or None.

        Returns:
            tuple: The deconfounded states at [MASK], (N, D), and what
            :class:`GroundedTexts` holds besides the logits.
        """
        allowed = mask if self.mask_frames else None
        pooled = self.pool_words(states.words, words)
        query = self.query(masked, pooled)
        if causal is not None:
            query = causal.deconfound_query(query)
        weights, raw = head(states.frames, query, allowed)
        frames = self.frame_layer(states.frames, mask)
        found = weighted_sum(frames, weights)
        mediator = self.video(masked, found)
        sides = (query, mediator, pooled, found)
        if self.align_inputs:
            sides = (self.pool_words(states.word_inputs, words),
                     weighted_sum(states.frame_inputs, weights)) * 2
        text, video = self.align(*sides)
        added = mediator
        if getattr(causal, 'front_door', None) is not None:
            mean = self.video(masked, masked_mean(frames, allowed))
            keys = self.video(masked, frames)
            # The samples of one candidate are a batch of the front door.
            *visual, real = (
                each.unflatten(0, (batch, -1)).transpose(0, 1)
                for each in (mediator, mean, keys, mask))
            added = causal.deconfound_video(
                *visual, real if self.mask_frames else None)
            added = added.transpose(0, 1).flatten(0, 1)
        return self.norm(masked + added), [weights, raw, text, video, query]

    def pool_words(self, words: Tensor, mask: Tensor) -> Tensor:
        """Pool ``words``, (N, L, D), where ``mask``, (N, L): (N, D)."""
        scores = self.word_attention(words).squeeze(-1)
        return weighted_sum(words, masked_softmax(scores, mask))

    def query(self, state: Tensor, pooled: Tensor) -> Tensor:
        """Make the query, (N, D), of the state at [MASK] and the words."""
        query: Tensor = self.query_fusion(torch.cat((state, pooled), -1))
        return query

    def video(self, state: Tensor, pooled: Tensor) -> Tensor:
        """Join the state at [MASK], (N, D), and frames, (N, [T,] D)."""
        if pooled.ndim > state.ndim:
            state = state[:, None].expand_as(pooled)
        joined: Tensor = self.video_fusion(torch.cat((state, pooled), -1))
        return joined

    def align(self, query: Tensor, mediator: Tensor, words: Tensor,
              frames: Tensor) -> tuple[Tensor, Tensor]:
        """Give text and video side of CMA, (N, d) each."""
        if self.text_alignment is None or self.video_alignment is None:
            return query, mediator
        return self.text_alignment(words), self.video_alignment(frames)


def words_of(tokens: Tensor, token_mask: Tensor, mask_index: Tensor,
             with_padding: bool) -> Tensor:
    """Say which words of a text are pooled.

    Args:
        tokens (Tensor): (B, M, L) token ids.
        token_mask (Tensor): (B, M, L), True where real.
        mask_index (Tensor): (B, M), where [MASK] stands, which is none.
        with_padding (bool): All up to the longest text that the candidates
            of this place have in the batch, [CLS], [SEP] and padding
            included, as released.

    Returns:
        Tensor: (B, M, L), True where pooled.
    """
    place = torch.arange(tokens.shape[-1], device=tokens.device)
    length = token_mask.sum(dim=-1, keepdim=True)
    if with_padding:
        inside = place < length.amax(dim=0, keepdim=True)
    else:
        inside = (place > 0) & (place < length - 1)
    return inside & (place != mask_index[..., None])
