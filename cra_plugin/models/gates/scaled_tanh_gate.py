"""The released gate without its saturation."""

from __future__ import annotations

import torch
from torch import Tensor

from cra_plugin.models.gates.gate import Gate
from cra_plugin.registry import TASK_UTILS


@TASK_UTILS.register_module(['ScaledTanhGate', 'scaled_tanh'])
class ScaledTanhGate(Gate):
    """The scalar tanh(v' . q' / sqrt(d)) times v'."""

    def forward(self, frames: Tensor, query: Tensor) -> Tensor:
        """Gate ``frames``, (..., T, d), by ``query``, (..., d)."""
        scalar = torch.einsum('...td,...d->...t', frames, query)
        scalar = scalar / frames.shape[-1]**0.5
        return torch.tanh(scalar)[..., None] * frames
