"""The temporal encoder: frames see each other and their order."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import InputError, check_choice, describe
from cra_plugin.functional.positions import sinusoidal_positions
from cra_plugin.models.temporal.standard_deviation_norm import (
    StandardDeviationNorm,
)
from cra_plugin.registry import MODELS

NORMS = {'layer': nn.LayerNorm, 'standard_deviation': StandardDeviationNorm}


def check_heads(field: str, num_heads: int, width: int) -> None:
    """Refuse attention heads that cannot share the width.

    Args:
        field (str): The field at fault.
        num_heads (int): Number of attention heads.
        width (int): Width of the frame states.

    Raises:
        InputError: If the heads do not divide the width.
    """
    if type(num_heads) is not int or num_heads < 1 or width % num_heads:
        raise InputError(field, describe(num_heads),
                         f'a divisor of d_model, which is {width}')


class PreNormLayer(nn.Module):
    """Self-attention and feed-forward, each after a norm of any kind.

    :class:`torch.nn.TransformerEncoderLayer` computes LayerNorm at inference
    whatever module its norms are, so it cannot serve the ``release`` preset.

    Args:
        d_model (int): Width of the frame states.
        num_heads (int): Number of attention heads.
        feedforward_dim (int): Width of the feed-forward layer.
        dropout (float): Dropout in the attention and after each branch.
        norm (type[nn.Module]): The norm, built from ``d_model``.
    """

    def __init__(self, d_model: int, num_heads: int, feedforward_dim: int,
                 dropout: float, norm: type[nn.Module]) -> None:
        super().__init__()
        self.attention_norm = norm(d_model)
        self.attention = nn.MultiheadAttention(
            d_model, num_heads, dropout, batch_first=True)
        self.feedforward_norm = norm(d_model)
        self.feedforward = nn.Sequential(
            nn.Linear(d_model, feedforward_dim), nn.ReLU(),
            nn.Dropout(dropout), nn.Linear(feedforward_dim, d_model))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, padding: Tensor | None) -> Tensor:
        """Encode ``x`` (B, T, d); ``padding`` (B, T) is True where padded."""
        y = self.attention_norm(x)
        y, _ = self.attention(
            y, y, y, key_padding_mask=padding, need_weights=False)
        x = x + self.dropout(y)
        y = self.feedforward(self.feedforward_norm(x))
        mixed: Tensor = x + self.dropout(y)
        return mixed


@MODELS.register_module()
class FrameTransformer(BaseModule):
    """Project frame features and let them attend to each other.

    Linear, GELU, LayerNorm, sinusoidal positions, dropout, then pre-norm
    transformer layers and a final norm. Source: CRA, video encoder of the
    Temp[CLIP] variant.

    Args:
        in_dim (int): Width of the frame features.
        d_model (int): Width of the model.
        num_layers (int): Number of transformer layers. Defaults to 2.
        num_heads (int): Number of attention heads. Defaults to 8.
        feedforward_dim (int, optional): Width of the feed-forward layer.
            Defaults to None, ``d_model``.
        input_dropout (float): Dropout on the projected frames. Defaults to
            0.3.
        dropout (float): Dropout in the layers. Defaults to 0.1.
        norm (str): ``'layer'``, or ``'standard_deviation'`` as in the
            released code. Defaults to 'layer'.
        input_norm_eps (float): Added to the variance in the LayerNorm of the
            projected frames; the released code has 1e-12. Defaults to 1e-5.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``norm`` is neither, or the heads do not divide
            ``d_model``.
    """

    def __init__(self,
                 in_dim: int,
                 d_model: int,
                 num_layers: int = 2,
                 num_heads: int = 8,
                 feedforward_dim: int | None = None,
                 input_dropout: float = 0.3,
                 dropout: float = 0.1,
                 norm: str = 'layer',
                 input_norm_eps: float = 1e-5,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        check_choice('FrameTransformer.norm', norm, tuple(NORMS))
        check_heads('FrameTransformer.num_heads', num_heads, d_model)
        self.projection = nn.Linear(in_dim, d_model)
        self.projection_norm = nn.LayerNorm(d_model, eps=input_norm_eps)
        self.input_dropout = nn.Dropout(input_dropout)
        self.layers = nn.ModuleList(
            PreNormLayer(d_model, num_heads, feedforward_dim or d_model,
                         dropout, NORMS[norm]) for _ in range(num_layers))
        self.norm = NORMS[norm](d_model)

    def forward(self, frames: Tensor, mask: Tensor | None = None) -> Tensor:
        """Encode the frames of each video.

        Args:
            frames (Tensor): (B, T, in_dim).
            mask (Tensor, optional): (B, T), True where real. Defaults to
                None.

        Returns:
            Tensor: (B, T, d_model).
        """
        x = nn.functional.gelu(self.projection(frames))
        x = self.projection_norm(x)
        positions = sinusoidal_positions(x.shape[1], x.shape[2], x.device)
        x = self.input_dropout(x + positions.to(x.dtype))
        padding = None if mask is None else ~mask
        for layer in self.layers:
            x = layer(x, padding)
        normed: Tensor = self.norm(x)
        return normed
