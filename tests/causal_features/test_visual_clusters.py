import numpy as np
import pytest

from cra_plugin.causal_features.visual_clusters import cluster_frames
from cra_plugin.errors import InputError

MIDDLES = np.array([[0., 0., 9.], [9., 0., 0.], [0., 9., 0.], [9., 9., 9.]])


def videos(count=20, frames=8, seed=0):
    """Frames around four middles."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        middle = MIDDLES[rng.integers(4, size=frames)]
        yield (middle + .1 * rng.normal(size=(frames, 3))).astype(np.float32)


@pytest.mark.parametrize('batch_size', [1, 50, 4096])
def test_finds_the_middles(batch_size):
    # One initialisation may miss a middle: it must be found by most seeds.
    hits = 0
    for seed in range(5):
        centers = cluster_frames(videos(), 4, seed, max(batch_size, 40))
        assert centers.shape == (4, 3) and centers.dtype == np.float32
        distances = np.linalg.norm(centers[:, None] - MIDDLES, axis=2)
        hits += distances.min(0).max() < .2
    assert hits >= 3


def test_seed_decides():
    first, again, other = (
        cluster_frames(videos(), 6, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_centres_lie_within_the_frames():
    frames = np.concatenate(list(videos()))
    centers = cluster_frames(videos(), 10)
    assert (centers >= frames.min(0) - 1e-5).all()
    assert (centers <= frames.max(0) + 1e-5).all()


def test_as_many_centres_as_frames():
    frames = np.arange(12, dtype=np.float32).reshape(4, 3)
    centers = cluster_frames([frames[:1], frames[1:]], 4)
    assert sorted(map(tuple, centers)) == sorted(map(tuple, frames))


def test_a_short_last_batch_is_left_out():
    # 5 centres, batches of 8 frames: the last one has 4.
    centers = cluster_frames(videos(3, 4), 5, batch_size=8)
    assert centers.shape == (5, 3) and np.isfinite(centers).all()


@pytest.mark.parametrize('count', [0, 1, 2])
def test_too_few_frames(count):
    with pytest.raises(InputError) as caught:
        cluster_frames(videos(count), 17)
    for word in ('17 centres', f'{count * 8} training frames',
                 f'num_clusters={max(1, count * 2)}'):
        assert word in str(caught.value)


def test_half_precision_frames():
    half = [frames.astype(np.float16) for frames in videos()]
    assert cluster_frames(half, 4).dtype == np.float32
