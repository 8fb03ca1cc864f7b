"""The gate of the released code."""

from __future__ import annotations

import torch
from torch import Tensor

from cra_plugin.models.gates.gate import Gate
from cra_plugin.registry import TASK_UTILS


@TASK_UTILS.register_module(['TanhGate', 'tanh'])
class TanhGate(Gate):
    """The scalar tanh(v' . q') times v'.

    The LayerNorm behind it cancels the scalar up to its sign. Source: CRA,
    as released.
    """

    def forward(self, frames: Tensor, query: Tensor) -> Tensor:
        """Gate ``frames``, (..., T, d), by ``query``, (..., d)."""
        scalar = torch.einsum('...td,...d->...t', frames, query)
        return torch.tanh(scalar)[..., None] * frames
