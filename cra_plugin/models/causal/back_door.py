"""Back-door intervention on the language side."""

from __future__ import annotations

import math
from typing import Any

from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.models.causal.confounder_dictionary import ConfounderDictionary
from cra_plugin.models.causal.graph_convolution import GraphConvolution
from cra_plugin.models.causal.hidden_width import hidden_width
from cra_plugin.models.causal.scaled_attention import scaled_attention
from cra_plugin.registry import MODELS
from cra_plugin.structures.semantic_graph import NODES


@MODELS.register_module()
class BackDoorIntervention(BaseModule):
    """Deconfound the query with semantic structure graphs of the training set.

    The graphs of the dictionary pass a graph convolution and are flattened
    to confounders Z; the output is ``LN(attention(q, Z) + q)``. Source: CRA,
    explicit causal intervention, back-door adjustment.

    Without a dictionary there is nothing to adjust for: the query is handed
    on as it is, and the weights are frozen.

    Args:
        d_model (int): Width of the query.
        node_dim (int): Width of the node features. Defaults to 768.
        num_clusters (int): Number of graphs K. Defaults to 512.
        dictionary (str, optional): File of the (K, 8, node_dim) graphs.
            Defaults to None.
        trainable (bool): Whether the graphs are trained. Defaults to False.
        applied (bool): The released code builds this intervention but never
            calls it; False does the same. Defaults to True.
        hidden_dim (int, optional): Width of the attention and, rounded up
            to a multiple of 8, of the confounders. Defaults to None,
            ``d_model``.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.
    """

    def __init__(self,
                 d_model: int,
                 node_dim: int = 768,
                 num_clusters: int = 512,
                 dictionary: str | None = None,
                 trainable: bool = False,
                 applied: bool = True,
                 hidden_dim: int | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        self.applied = applied
        self.dictionary = ConfounderDictionary(
            (num_clusters, len(NODES), node_dim), dictionary, trainable,
            ('BackDoorIntervention.num_clusters', '',
             'BackDoorIntervention.node_dim'))
        hidden = hidden_width(
            'BackDoorIntervention.hidden_dim', hidden_dim, d_model)
        node_width = math.ceil(hidden / len(NODES))
        graph_width = node_width * len(NODES)
        self.graph_convolution = GraphConvolution(node_dim, node_width)
        self.query_projection = nn.Linear(d_model, hidden)
        self.key_projection = nn.Linear(graph_width, hidden)
        self.value_projection = nn.Linear(graph_width, d_model)
        self.norm = nn.LayerNorm(d_model)
        if not (applied and self.dictionary.is_filled):
            self.requires_grad_(False)

    def forward(self, query: Tensor) -> Tensor:
        """Hand the query on, (..., d), deconfounded where that is possible."""
        if self.applied and self.dictionary.is_filled:
            return self.intervene(query)
        return query

    def intervene(self, query: Tensor) -> Tensor:
        """Adjust ``query``, (B, d), for the graphs of the dictionary."""
        graphs = self.graph_convolution(self.dictionary.centers).flatten(1)
        adjustment = scaled_attention(
            self.query_projection(query), self.key_projection(graphs),
            self.value_projection(graphs))
        adjusted: Tensor = self.norm(adjustment + query)
        return adjusted
