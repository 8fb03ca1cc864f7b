"""One transformer layer over frame states, each branch before its norm."""

from __future__ import annotations

from torch import Tensor, nn


class PostNormLayer(nn.Module):
    """Self-attention and feed-forward, each followed by a LayerNorm.

    Source: CRA, FrozenBiLM variant.

    Args:
        d_model (int): Width of the frame states.
        num_heads (int): Number of attention heads.
        dropout (float): Dropout in the attention and after the feed-forward.
    """

    def __init__(self, d_model: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(
            d_model, num_heads, dropout, batch_first=True)
        self.attention_norm = nn.LayerNorm(d_model, eps=1e-12)
        self.feedforward = nn.Sequential(
            nn.Linear(d_model, d_model), nn.GELU(),
            nn.Linear(d_model, d_model), nn.Dropout(dropout))
        self.feedforward_norm = nn.LayerNorm(d_model, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Encode ``x``, (N, T, d); ``mask``, (N, T), is True where real."""
        y, _ = self.attention(
            x, x, x, key_padding_mask=~mask, need_weights=False)
        x = self.attention_norm(x + y)
        mixed: Tensor = self.feedforward_norm(x + self.feedforward(x))
        return mixed
