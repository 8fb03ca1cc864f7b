"""DeBERTa-v2 of transformers, with what FrozenBiLM needs of it besides."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from transformers import DebertaV2Config, DebertaV2Model
from transformers.models.deberta_v2.modeling_deberta_v2 import (
    DisentangledSelfAttention,
)

from cra_plugin.errors import InputError, describe
from cra_plugin.models.language_models.adapter import AdaptedLinear


class PaddedSelfAttention(DisentangledSelfAttention):
    """Attention in which padding attends to nothing.

    The rows of padded queries are zero, as in the original DeBERTa; those of
    transformers are the mean of all values. It shows where padded states are
    read, which the ``release`` preset does.
    """

    def forward(self, hidden_states: Tensor, attention_mask: Tensor,
                *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor | None]:
        """As its base class, with zeros at padded queries."""
        context, attention = super().forward(hidden_states, attention_mask,
                                             *args, **kwargs)
        real = attention_mask.bool().any(dim=-1, keepdim=True)
        if attention is not None:
            attention = attention * real
        return context * real[:, 0], attention


def build_deberta(config: DebertaV2Config, feature_dim: int,
                  adapter_factor: int, adapter_std: float) -> Any:
    """Build a DeBERTa that reads frames before words.

    Args:
        config (DebertaV2Config): Its architecture.
        feature_dim (int): Width of the frame features.
        adapter_factor (int): Of the adapters, see :class:`AdaptedLinear`.
        adapter_std (float): Likewise.

    Returns:
        DebertaV2Model: With random weights; its embeddings have the absolute
        ``position_embeddings`` of the mask decoder, which transformers
        leaves out, and ``linear_video`` for the frames.

    Raises:
        InputError: If the adapters would have no width.
    """
    width = config.hidden_size
    if type(adapter_factor) is not int or not 1 <= adapter_factor <= width:
        raise InputError(
            'FrozenBiLM.adapter_factor', describe(adapter_factor),
            f'a whole number from 1 to {width}, the width of the language '
            'model')
    model: Any = DebertaV2Model(config)
    model.embeddings.position_embeddings = nn.Embedding(
        config.max_position_embeddings, width)
    model.embeddings.linear_video = nn.Linear(feature_dim, width)
    nn.init.normal_(model.embeddings.position_embeddings.weight, std=0.02)
    for layer in model.encoder.layer:
        attention = PaddedSelfAttention(config)
        attention.load_state_dict(layer.attention.self.state_dict())
        layer.attention.self = attention
        for output in (layer.attention.output, layer.output):
            dense = AdaptedLinear(output.dense.in_features, width,
                                  adapter_factor, adapter_std)
            dense.load_state_dict(output.dense.state_dict(), strict=False)
            dense.init_adapter()
            output.dense = dense
    # Else mmengine has transformers draw the weights anew.
    model.is_init = True
    return model
