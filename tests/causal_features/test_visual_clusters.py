import h5py
import numpy as np
import pytest

from cra_plugin.causal_features.clustering import cluster_samples
from cra_plugin.causal_features.visual_clusters import (
    VideoFrames,
    cluster_frames,
)
from cra_plugin.datasets.features.feature_store import FeatureStore


@pytest.fixture(params=[np.float32, np.float16])
def store(request, tmp_path):
    rng = np.random.default_rng(0)
    with h5py.File(tmp_path / 'features.h5', 'w') as file:
        file['vid'] = [f'v{index}' for index in range(6)]
        file['CLIPL_I'] = rng.normal(size=(6, 4, 5)).astype(request.param)
    return FeatureStore(tmp_path / 'features.h5')


def test_groups_are_the_frames_of_the_videos_asked_for(store):
    frames = VideoFrames(store, ['v4', 'v1'])
    assert len(frames) == 2 and frames.group_size == 4
    np.testing.assert_array_equal(frames[0], store['v4'])
    np.testing.assert_array_equal(frames[1], store['v1'])


@pytest.mark.parametrize('room', [0, 1, 6])
def test_frames_that_fit_are_read_once(store, room):
    class Counting:
        num_frames, reads = store.num_frames, 0

        def __getitem__(self, video_id):
            self.reads += 1
            return store[video_id]

    counting = Counting()
    frames = VideoFrames(
        counting, store.video_ids, memory_bytes=room * 4 * 5 * 4)
    for _ in range(3):
        for index, video_id in enumerate(store.video_ids):
            np.testing.assert_array_equal(frames[index], store[video_id])
    assert counting.reads == 3 * 6 - 2 * room


def test_clusters_these_videos_only(store):
    centers = cluster_frames(store, ['v4', 'v1'], 8)
    expected = np.concatenate([store['v4'], store['v1']])
    np.testing.assert_allclose(
        sorted(map(tuple, centers)), sorted(map(tuple, expected)), rtol=1e-5)


def test_clusters_as_told(store):
    centers = cluster_frames(store, store.video_ids, 3, seed=5, passes=2)
    expected = cluster_samples(
        VideoFrames(store, store.video_ids), 3, seed=5, passes=2)
    np.testing.assert_array_equal(centers, expected)
    assert not np.array_equal(
        centers, cluster_frames(store, store.video_ids, 3, seed=6, passes=2))
