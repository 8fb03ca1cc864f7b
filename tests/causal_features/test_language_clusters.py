import numpy as np
import pytest

from cra_plugin.causal_features.language_clusters import (
    GraphVectors,
    cluster_graphs,
    distinct_texts,
)

GRAPHS = [('q', 't', 's', '', 'o', 'a', '', 'o'),
          ('r', 't', '', 'v', 'a', 'b', 'v', '')]
TEXTS = ['q', 't', 's', 'o', 'a', 'r', 'v', 'b']


@pytest.fixture
def features():
    return np.arange(1, 17, dtype=np.float32).reshape(8, 2)


def test_distinct_texts_in_order():
    assert distinct_texts(GRAPHS) == TEXTS
    assert distinct_texts([('', ) * 8]) == []


def test_a_vector_is_all_nodes_and_zero_where_there_is_none(features):
    vectors = GraphVectors(GRAPHS, features,
                           {text: row for row, text in enumerate(TEXTS)})
    assert len(vectors) == 2 and vectors.group_size == 1
    for index, graph in enumerate(GRAPHS):
        nodes = vectors[index].reshape(8, 2)
        for text, node in zip(graph, nodes):
            expected = features[TEXTS.index(text)] if text else (0, 0)
            np.testing.assert_array_equal(node, expected)


def test_features_may_be_read_from_a_file(features, tmp_path):
    np.save(tmp_path / 'f.npy', features)
    mapped = np.load(tmp_path / 'f.npy', mmap_mode='r')
    np.testing.assert_array_equal(
        cluster_graphs(GRAPHS, mapped, 2),
        cluster_graphs(GRAPHS, features, 2))


def test_as_many_centers_as_graphs_are_the_graphs(features):
    centers = cluster_graphs(GRAPHS, features, 2)
    assert centers.shape == (2, 8, 2) and centers.dtype == np.float32
    vectors = GraphVectors(GRAPHS, features,
                           {text: row for row, text in enumerate(TEXTS)})
    expected = [vectors[index].reshape(8, 2).tolist() for index in range(2)]
    assert sorted(centers.tolist()) == sorted(expected)


def test_alike_graphs_share_a_center(features):
    centers = cluster_graphs(GRAPHS * 20, features, 2, seed=1, passes=2)
    assert len(np.unique(centers.reshape(2, -1).round(3), axis=0)) == 2
    one = cluster_graphs([GRAPHS[0]] * 3 + [GRAPHS[1]], features, 1)
    vectors = GraphVectors(GRAPHS, features,
                           {text: row for row, text in enumerate(TEXTS)})
    mean = .75 * vectors[0] + .25 * vectors[1]
    np.testing.assert_allclose(one.reshape(1, -1), mean, rtol=1e-5)


def test_the_seed_decides(features):
    rng = np.random.default_rng(0)
    graphs = [tuple(rng.choice(['', *TEXTS], 8)) for _ in range(60)]
    graphs[0] = tuple(TEXTS)
    order = [TEXTS.index(text) for text in distinct_texts(graphs)]
    first, again, other = (
        cluster_graphs(graphs, features[order], 7, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
