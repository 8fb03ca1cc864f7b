"""FrozenBiLM: a frozen masked language model that reads a video."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import InputError
from cra_plugin.models.fast_linear import multiply_by_onednn
from cra_plugin.models.language_models.answer_words import read_answer_words
from cra_plugin.models.language_models.architecture import read_architecture
from cra_plugin.models.language_models.deberta import build_deberta
from cra_plugin.models.language_models.masked_word_head import MaskedWordHead
from cra_plugin.models.language_models.pretrained_weights import (
    load_language_model,
)
from cra_plugin.models.language_models.trained_state import (
    freeze_base,
    keep_trained_state,
)
from cra_plugin.pretrained.described_config import build_described
from cra_plugin.registry import MODELS

# Of the enhanced mask decoder.
DECODING_PASSES = 2


class LanguageStates(NamedTuple):
    """What the language model makes of N sequences.

    Attributes:
        frames (Tensor): (N, T, D), states of the frames.
        words (Tensor): (N, L, D), states of the words.
        attention (Tensor, optional): (N, L, T), how the words attend to the
            frames in the last layer, mean over the heads.
        frame_inputs (Tensor): (N, T, D), the frames as they enter the first
            layer, which have not read a word.
        word_inputs (Tensor): (N, L, D), the same of the words.
    """

    frames: Tensor
    words: Tensor
    attention: Tensor | None
    frame_inputs: Tensor
    word_inputs: Tensor


@MODELS.register_module()
class FrozenBiLM(BaseModule):
    """A frozen DeBERTa with adapters that answers Yes or No at [MASK].

    Frames are projected and stand before the words; all attend to each other.
    The enhanced mask decoder runs the last layer twice more, with absolute
    positions added to its queries. Trained are the adapters, the projection
    of the frames and the norms. Source: FrozenBiLM (arXiv 2206.08155).

    Args:
        feature_dim (int): Width of the frame features.
        name (str, optional): Hugging Face name or local folder of a
            DeBERTa-v2 with its masked-LM head, such as
            ``'microsoft/deberta-v2-xlarge'``. Defaults to None.
        config (dict, optional): Fields of a ``DebertaV2Config``, instead of
            ``name``; weights are random but for ``pretrained``. Defaults to
            None.
        pretrained (str, optional): A checkpoint in FrozenBiLM's layout, read
            over the weights of ``name``. Defaults to None.
        tokenizer (str, optional): Name or folder of the tokenizer. Defaults
            to None, ``name``.
        mask_token_id (int, optional): Id of [MASK]. Defaults to None, the
            tokenizer's.
        answer_words (Sequence[str]): What is said of a right and of a wrong
            candidate. Defaults to ('Yes', 'No').
        adapter_factor (int): The adapters' bottleneck is D // factor wide.
            Defaults to 8.
        adapter_std (float): Their initial standard deviation; the released
            code starts at 0.02. Defaults to 1e-3.
        dropout (float): Of the language model, in training. Defaults to 0.1.
        frozen (bool): Train no more than named above. Defaults to True.
        compact_frames (bool): Move padded frames behind the words, so that
            positions do not depend on batch mates. Defaults to True.
        gradient_checkpointing (bool): Compute activations again backwards
            instead of keeping them. Defaults to False.
        onednn_linear (bool, optional): As :class:`HFTextEncoder` has it.
            Defaults to None.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Attributes:
        width (int): Width D of the states.

    Raises:
        InputError: If weights, tokenizer or ids cannot be had.
    """

    def __init__(self,
                 feature_dim: int,
                 name: str | None = None,
                 config: dict[str, Any] | None = None,
                 pretrained: str | None = None,
                 tokenizer: str | None = None,
                 mask_token_id: int | None = None,
                 answer_words: Sequence[str] = ('Yes', 'No'),
                 adapter_factor: int = 8,
                 adapter_std: float = 1e-3,
                 dropout: float = 0.1,
                 frozen: bool = True,
                 compact_frames: bool = True,
                 gradient_checkpointing: bool = False,
                 onednn_linear: bool | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        architecture = read_architecture(name, config, dropout)
        self.width: int = architecture.hidden_size
        self.deberta = build_described(lambda: build_deberta(
            architecture, feature_dim, adapter_factor, adapter_std),
            'FrozenBiLM')
        self.head = MaskedWordHead(
            self.width, architecture.vocab_size, architecture.layer_norm_eps)
        self.answer_embeddings = nn.Parameter(torch.randn(2, self.width))
        self.answer_bias = nn.Parameter(torch.zeros(2))
        self.compact_frames = compact_frames
        self.load_report = load_language_model(self, name, pretrained)
        words = read_answer_words(tokenizer or name, answer_words,
                                  mask_token_id, architecture.vocab_size)
        self.mask_token_id = words.mask_token_id
        if words.token_ids:
            self.set_answers(words.token_ids)
        if frozen:
            freeze_base(self)
        keep_trained_state(self, stores_base=not (name or pretrained))
        if gradient_checkpointing:
            # The other kind gives no gradients where the input needs none.
            self.deberta.gradient_checkpointing_enable(
                {'use_reentrant': False})
        multiply_by_onednn(self, onednn_linear, 'FrozenBiLM.onednn_linear')

    def init_weights(self) -> None:
        """Nothing: the weights are drawn and read when it is built."""
        self._is_init = True

    def freeze_unused(self, words: bool, answers: bool = True) -> None:
        """Freeze what gets no gradient: distributed training refuses it.

        Args:
            words (bool): Whether words are guessed.
            answers (bool): Whether answers are. Defaults to True.
        """
        if not words:
            self.head.bias.requires_grad_(False)
        if not answers:
            self.answer_embeddings.requires_grad_(False)
            self.answer_bias.requires_grad_(False)

    @torch.no_grad()
    def set_answers(self, token_ids: Sequence[Sequence[int]]) -> None:
        """Set the answers by their words.

        Args:
            token_ids (Sequence[Sequence[int]]): Tokens of the two words; the
                embedding of an answer is the mean of theirs.
        """
        table = self.deberta.embeddings.word_embeddings.weight
        self.answer_embeddings.copy_(torch.stack([
            table[list(ids)].mean(dim=0) for ids in token_ids]))

    def embed_frames(self, features: Tensor) -> Tensor:
        """What does not depend on the words.

        Args:
            features (Tensor): (B, T, D'), frame features.

        Returns:
            Tensor: (B, T, D), for any number of texts.
        """
        embedded: Tensor = self.deberta.embeddings.linear_video(features)
        return embedded

    def forward(self,
                frames: Tensor,
                frame_mask: Tensor,
                tokens: Tensor,
                token_mask: Tensor,
                attention: bool = False) -> LanguageStates:
        """Read videos and texts.

        Args:
            frames (Tensor): (N, T, D), of :meth:`embed_frames`.
            frame_mask (Tensor): (N, T), True where real.
            tokens (Tensor): (N, L) token ids.
            token_mask (Tensor): (N, L), True where real.
            attention (bool): Give the attention of the last layer too.
                Defaults to False.

        Returns:
            LanguageStates: States of frames and words.
        """
        embeddings = self.deberta.embeddings
        sequence = torch.cat(
            (frames, embeddings.word_embeddings(tokens).to(frames.dtype)), 1)
        mask = torch.cat((frame_mask, token_mask), dim=1)
        order = None
        if self.compact_frames:
            order = _behind(frame_mask, tokens.shape[1])
            sequence, mask = _take(sequence, order), mask.gather(1, order)
        embedded, states, weights = self._read(sequence, mask.long(),
                                               attention)
        if order is not None:
            back = order.argsort(dim=1)
            embedded, states = _take(embedded, back), _take(states, back)
            if weights is not None:
                weights = _take(_take(weights, back).mT, back).mT
        length = frames.shape[1]
        if weights is not None:
            weights = weights[:, length:, :length]
        return LanguageStates(
            states[:, :length], states[:, length:], weights,
            embedded[:, :length], embedded[:, length:])

    def _read(self, sequence: Tensor, mask: Tensor,
              attention: bool) -> tuple[Tensor, Tensor, Tensor | None]:
        """What enters, and leaves, (N, S, D), and attention (N, S, S)."""
        embeddings, encoder = self.deberta.embeddings, self.deberta.encoder
        self._check_length(sequence.shape[1])
        embedded = embeddings(inputs_embeds=sequence, mask=mask)
        shared = dict(relative_pos=encoder.get_rel_pos(embedded),
                      rel_embeddings=encoder.get_rel_embedding())
        pairs = encoder.get_attention_mask(mask)
        states = embedded
        for index, layer in enumerate(encoder.layer[:-1]):
            states, _ = layer(states, pairs, **shared)
            if index == 0 and encoder.conv is not None:
                states = encoder.conv(embedded, states, mask)
        last, weights = encoder.layer[-1], None
        if attention:
            _, weights = last(states, pairs, output_attentions=True, **shared)
            weights = weights.mean(dim=1)
        positions = embeddings.position_embeddings.weight
        query = states + positions[:sequence.shape[1]]
        for _ in range(DECODING_PASSES):
            query, _ = last(states, pairs, query_states=query, **shared)
        return embedded, query, weights

    def answer_logits(self, states: Tensor) -> Tensor:
        """Score Yes and No.

        Args:
            states (Tensor): (..., D), at [MASK].

        Returns:
            Tensor: (..., 2) float32.
        """
        mapped = self.head(states)
        with torch.autocast(states.device.type, enabled=False):
            logits: Tensor = (mapped.float() @ self.answer_embeddings.T
                              + self.answer_bias)
        return logits

    def word_logits(self, states: Tensor) -> Tensor:
        """Score all words.

        Args:
            states (Tensor): (..., D).

        Returns:
            Tensor: (..., V), of the words of the vocabulary.
        """
        table = self.deberta.embeddings.word_embeddings.weight
        logits: Tensor = self.head(states) @ table.T + self.head.bias
        return logits

    def mask_index(self, tokens: Tensor) -> Tensor:
        """Where [MASK] stands in ``tokens``, (..., L): (...)."""
        return (tokens == self.mask_token_id).int().argmax(dim=-1)

    def _check_length(self, length: int) -> None:
        """Refuse what the absolute positions do not reach."""
        most = self.deberta.embeddings.position_embeddings.num_embeddings
        if length > most:
            raise InputError(
                'the frames and words of a sample', f'{length}',
                f'at most {most}, the positions of the language model',
                'sample fewer frames, or set max_length of '
                'TokenizeMaskPrompts lower')


def _behind(frame_mask: Tensor, num_words: int) -> Tensor:
    """Order (N, S) in which padded frames stand behind the words."""
    padded = nn.functional.pad((~frame_mask).int(), (0, num_words))
    return padded.argsort(dim=1, stable=True)


def _take(rows: Tensor, order: Tensor) -> Tensor:
    """Order the rows, (N, S, D), of each sequence."""
    return rows.gather(1, order[..., None].expand_as(rows))
