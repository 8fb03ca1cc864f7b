"""The gate that multiplies frames and query."""

from __future__ import annotations

from torch import Tensor

from cra_plugin.models.gates.gate import Gate
from cra_plugin.registry import TASK_UTILS


@TASK_UTILS.register_module(['ProductGate', 'product'])
class ProductGate(Gate):
    """The element-wise product v' * q'."""

    def forward(self, frames: Tensor, query: Tensor) -> Tensor:
        """Gate ``frames``, (..., T, d), by ``query``, (..., d)."""
        return frames * query[..., None, :]
