"""The gate that scores the frames itself."""

from __future__ import annotations

import torch
from torch import Tensor

from cra_plugin.models.gates.gate import Gate
from cra_plugin.registry import TASK_UTILS


@TASK_UTILS.register_module(['DotGate', 'dot'])
class DotGate(Gate):
    """The dot product v' . q' over sqrt(d) is the logit, without an MLP."""

    gives_logits = True

    def forward(self, frames: Tensor, query: Tensor) -> Tensor:
        """Score ``frames``, (..., T, d), by ``query``, (..., d)."""
        scalar = torch.einsum('...td,...d->...t', frames, query)
        logits: Tensor = scalar / frames.shape[-1]**0.5
        return logits
