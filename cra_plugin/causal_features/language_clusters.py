"""Language confounders: the centers of encoded semantic structure graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cra_plugin.causal_features.clustering import cluster_samples
from cra_plugin.structures.semantic_graph import NODES, NodeTexts


class GraphVectors:
    """Graphs as vectors of all their nodes, put together when asked for.

    A node that a graph lacks is a zero vector: it sends no message.

    Args:
        graphs (Sequence[NodeTexts]): N graphs of 8 texts.
        features (np.ndarray): (M, D) features of the distinct texts.
        rows (Mapping[str, int]): Text to its row of ``features``.
    """

    group_size = 1

    def __init__(self, graphs: Sequence[NodeTexts], features: np.ndarray,
                 rows: Mapping[str, int]) -> None:
        self.features = features
        self.rows = np.array([[rows[text] if text else -1 for text in graph]
                              for graph in graphs])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> np.ndarray:
        """Return the (1, 8 D) vector of a graph."""
        rows = self.rows[index]
        nodes = self.features[rows] * (rows >= 0)[:, None]
        graph: np.ndarray = nodes.reshape(1, -1)
        return graph


def distinct_texts(graphs: Sequence[NodeTexts]) -> list[str]:
    """List the texts of all nodes, each once, in order of appearance.

    Args:
        graphs (Sequence[NodeTexts]): The graphs.

    Returns:
        list[str]: The texts that are not empty.
    """
    return list(dict.fromkeys(text for graph in graphs for text in graph
                              if text))


def cluster_graphs(graphs: Sequence[NodeTexts],
                   features: np.ndarray,
                   num_clusters: int,
                   seed: int = 2024,
                   passes: int = 4) -> np.ndarray:
    """Cluster graphs by the features of their nodes.

    Source: CRA's linguistic confounder dictionary, k-means centers of the
    flattened semantic structure graphs of the training set.

    Args:
        graphs (Sequence[NodeTexts]): The graphs, at least ``num_clusters``.
        features (np.ndarray): (M, D) features of :func:`distinct_texts`.
        num_clusters (int): Number of centers K.
        seed (int): Seed of the clustering. Defaults to 2024.
        passes (int): How often every graph is seen. Defaults to 4.

    Returns:
        np.ndarray: (K, 8, D) float32 centers.
    """
    rows = {text: row for row, text in enumerate(distinct_texts(graphs))}
    vectors = GraphVectors(graphs, features, rows)
    centers = cluster_samples(vectors, num_clusters, seed, passes)
    return centers.reshape(num_clusters, len(NODES), -1)
