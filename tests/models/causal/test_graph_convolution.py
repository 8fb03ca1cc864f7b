import pytest
import torch

from cra_plugin.models.causal.graph_convolution import (
    EDGES,
    NODES,
    GraphConvolution,
    normalized_adjacency,
)

# In-degree of each node plus its self loop, counted by hand from the edges.
DEGREES = {'question': 1, 'question_type': 2, 'subject': 2, 'verbs': 4,
           'objects': 3, 'answer': 3, 'answer_verbs': 2, 'answer_objects': 3}


def test_twelve_distinct_edges_between_eight_nodes():
    assert len(NODES) == len(set(NODES)) == 8
    assert len(EDGES) == len(set(EDGES)) == 12
    assert {node for edge in EDGES for node in edge} == set(NODES)
    assert all(source != target for source, target in EDGES)


def test_adjacency_by_hand():
    adjacency = normalized_adjacency()
    for row, target in enumerate(NODES):
        for column, source in enumerate(NODES):
            linked = source == target or (source, target) in EDGES
            expected = linked / (DEGREES[target] * DEGREES[source])**.5
            assert adjacency[row, column] == pytest.approx(expected)


def test_every_node_hears_its_sources_only():
    layer = GraphConvolution(3, 2)
    torch.nn.init.normal_(layer.bias)
    nodes = torch.randn(5, 8, 3)
    found = layer(nodes)
    assert found.shape == (5, 8, 2)
    verbs = NODES.index('verbs')
    expected = layer.bias.clone()
    for source in ('verbs', 'question', 'subject', 'objects'):
        message = layer.linear.weight @ nodes[1, NODES.index(source)]
        expected = expected + message / (4 * DEGREES[source])**.5
    torch.testing.assert_close(found[1, verbs], expected)


def test_adjacency_is_a_constant():
    layer = GraphConvolution(3, 2)
    assert set(layer.state_dict()) == {'linear.weight', 'bias'}
    assert layer.double()(torch.randn(8, 3).double()).dtype == torch.float64
