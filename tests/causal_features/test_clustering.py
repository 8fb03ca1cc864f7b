import numpy as np
import pytest
from sklearn.cluster import MiniBatchKMeans
from sklearn.metrics import pairwise_distances_argmin_min

from cra_plugin.causal_features.clustering import (
    SAMPLES_A_VISIT,
    check_enough_samples,
    cluster_samples,
)
from cra_plugin.errors import InputError


class Groups(list):
    """Groups of samples that count how often each was read."""

    def __init__(self, groups):
        super().__init__(groups)
        self.group_size = len(groups[0])
        self.reads = np.zeros(len(groups), int)

    def __getitem__(self, index):
        self.reads[index] += 1
        return super().__getitem__(index)


def blobs(num_groups=60, size=8, num_blobs=4, spread=.05, seed=0):
    """All samples of a group come from one blob, as frames of a video do."""
    rng = np.random.default_rng(seed)
    middles = 3 * rng.normal(size=(num_blobs, 5))
    groups = [(middles[i % num_blobs]
               + spread * rng.normal(size=(size, 5))).astype(np.float32)
              for i in range(num_groups)]
    return Groups(groups), middles


def test_finds_the_blobs():
    groups, middles = blobs()
    centers = cluster_samples(groups, 4, batch_size=64)
    assert centers.shape == (4, 5) and centers.dtype == np.float32
    nearest, distances = pairwise_distances_argmin_min(middles, centers)
    assert len(set(nearest)) == 4
    assert distances.max() < .1


def test_nearly_as_tight_as_clustering_in_memory():
    """Although groups are alike inside and batches are small."""
    groups, _ = blobs(200, 16, num_blobs=50, spread=1.0)
    samples = np.concatenate(groups)

    def tightness(centers):
        return (pairwise_distances_argmin_min(samples, centers)[1]**2).mean()

    ours = tightness(cluster_samples(groups, 20, batch_size=256))
    whole = min(tightness(MiniBatchKMeans(
        20, random_state=seed, n_init=1, batch_size=256).fit(
            samples).cluster_centers_) for seed in range(3))
    assert ours < 1.2 * whole


@pytest.mark.parametrize('size', [1, 3, 8])
@pytest.mark.parametrize('passes', [1, 3])
def test_every_sample_is_seen_once_a_pass(monkeypatch, size, passes):
    groups, _ = blobs(10, size)
    seen = []
    monkeypatch.setattr(
        MiniBatchKMeans, 'partial_fit',
        lambda self, batch: seen.append(batch) or setattr(
            self, 'cluster_centers_', batch[:3]))
    cluster_samples(groups, 3, passes=passes, batch_size=7)
    rows = np.concatenate(seen)
    expected = np.concatenate(list(groups) * passes)
    assert sorted(map(tuple, rows)) == sorted(map(tuple, expected))
    assert all(len(batch) >= 7 for batch in seen)
    # A last batch is the rest and a full batch before it.
    assert max(map(len, seen)) < 3 * (7 + SAMPLES_A_VISIT)
    reads = -(-size // SAMPLES_A_VISIT) * passes
    assert (groups.reads == reads).all()


def test_batches_mix_groups(monkeypatch):
    groups, _ = blobs(50, 8)
    seen = []
    monkeypatch.setattr(
        MiniBatchKMeans, 'partial_fit',
        lambda self, batch: seen.append(batch) or setattr(
            self, 'cluster_centers_', batch[:3]))
    cluster_samples(groups, 3, passes=1, batch_size=40)
    owner = {tuple(row): i for i, group in enumerate(list(groups))
             for row in group}
    assert len({owner[tuple(row)] for row in seen[0]}) == 20


def test_the_seed_decides():
    first, again, other = (
        cluster_samples(blobs(spread=1)[0], 6, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_as_many_centers_as_samples():
    samples = np.arange(12, dtype=np.float32).reshape(4, 1, 3)
    centers = cluster_samples(Groups(list(samples)), 4)
    assert sorted(map(tuple, centers)) == sorted(map(tuple, samples[:, 0]))


def test_half_precision_samples():
    groups, _ = blobs()
    half = Groups([group.astype(np.float16) for group in list(groups)])
    assert cluster_samples(half, 4).dtype == np.float32


def test_alike_samples():
    groups = Groups([np.ones((2, 3), np.float32)] * 5)
    assert (cluster_samples(groups, 4) == 1).all()


@pytest.mark.parametrize('num_clusters', [-1, 0, 13])
def test_more_centers_than_samples(num_clusters):
    with pytest.raises(InputError) as caught:
        check_enough_samples(12, num_clusters, '--k=', 'graphs')
    for word in (f'--k: found {num_clusters} centers for 12 graphs',
                 'set --k=3 or less'):
        assert word in str(caught.value)


@pytest.mark.parametrize('num_clusters', [1, 12])
def test_enough_samples(num_clusters):
    check_enough_samples(12, num_clusters, '--k=', 'graphs')
