"""Graph convolution over the eight text nodes of a question and answer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cra_plugin.structures.semantic_graph import EDGES, NODES


def normalized_adjacency() -> Tensor:
    """Adjacency of the semantic structure graph, symmetrically normalized.

    Messages run along the directed edges; self loops are added and degrees
    count incoming edges, as in a standard graph convolution (arXiv
    1609.02907).

    Returns:
        Tensor: (8, 8); row i weighs what node i receives.
    """
    adjacency = torch.eye(len(NODES))
    for source, target in EDGES:
        adjacency[NODES.index(target), NODES.index(source)] = 1.0
    scale = adjacency.sum(dim=1).rsqrt()
    return scale[:, None] * adjacency * scale


class GraphConvolution(nn.Module):
    """Constant adjacency times the nodes times a weight.

    Args:
        in_dim (int): Width of the node features.
        out_dim (int): Width of the output.
    """

    def __init__(self, in_dim: int, out_dim: int) -> None:
        super().__init__()
        self.linear = nn.Linear(in_dim, out_dim, bias=False)
        self.bias = nn.Parameter(torch.zeros(out_dim))
        self.register_buffer(
            'adjacency', normalized_adjacency(), persistent=False)

    def forward(self, nodes: Tensor) -> Tensor:
        """Convolve ``nodes``, (..., 8, in_dim), to (..., 8, out_dim)."""
        convolved: Tensor = self.adjacency @ self.linear(nodes) + self.bias
        return convolved
