import h5py
import numpy as np
import pytest

from cra_plugin.datasets.features.feature_file import (
    read_attribute,
    write_feature_file,
)
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.datasets.features.feature_times import FeatureTimes
from cra_plugin.errors import InputError
from tests.helpers.flipped_bits import flipped


@pytest.mark.parametrize('dtype', ['float32', 'float16'])
def test_layout_is_that_of_nextgqa(tmp_path, dtype):
    frames = np.random.default_rng(0).normal(size=(3, 4, 5))
    path = tmp_path / 'out' / 'features.h5'
    write_feature_file(path, zip('abc', frames), (3, 4, 5), dtype)
    with h5py.File(path) as file:
        assert list(file['vid'].asstr()) == ['a', 'b', 'c']
        assert file['CLIPL_I'].dtype == dtype
        np.testing.assert_allclose(
            file['CLIPL_I'], frames, atol=1e-2 if dtype == 'float16' else 1e-6)


def test_nothing_is_left_of_an_incomplete_file(tmp_path):
    with pytest.raises(ValueError, match='1 videos were given'):
        write_feature_file(tmp_path / 'a.h5', [('a', np.zeros((2, 3)))],
                           (2, 2, 3))
    assert list(tmp_path.iterdir()) == []


def test_videos_are_taken_one_at_a_time(tmp_path):
    alive = []

    def features():
        for index in range(5):
            alive.append(index)
            yield str(index), np.full((2, 3), index)
            with pytest.raises(IndexError):
                alive[1]
            alive.pop()

    write_feature_file(tmp_path / 'a.h5', features(), (5, 2, 3))
    with h5py.File(tmp_path / 'a.h5') as file:
        np.testing.assert_array_equal(file['CLIPL_I'][:, 0, 0], range(5))


def test_times_and_attributes_come_back(tmp_path):
    path = tmp_path / 'features.h5'
    durations = {'a': 2.5, 'b': 4.0}
    times = {'b': np.array([1., 3.]), 'a': np.array([.5, 2.])}
    write_feature_file(path, zip('ba', np.ones((2, 2, 3))), (2, 2, 3),
                       key='frames', times=FeatureTimes(durations, times),
                       attributes=dict(source='toy'))
    store = FeatureStore(str(path))
    assert store.key == 'frames' and store.times.durations == durations
    for video in 'ab':
        assert (store.times.frame_times[video] == times[video]).all()
    assert read_attribute(path, 'source') == 'toy'
    assert read_attribute(path, 'other') is None


def test_texts_of_any_length_come_back(tmp_path):
    """An attribute of more than 64 KiB does not fit into a header."""
    path, texts = tmp_path / 'features.h5', ['a', 'b' * 300, 'ä/中']
    write_feature_file(path, zip(texts, np.ones((3, 2, 3))), (3, 2, 3),
                       attributes=dict(long='x' * 10**5, none='', odd='ß'))
    assert FeatureStore(path).video_ids == texts
    assert [read_attribute(path, name) for name in ('long', 'none', 'odd')
            ] == ['x' * 10**5, '', 'ß']


def test_what_is_written_has_checksums(tmp_path):
    path = tmp_path / 'features.h5'
    frames = np.ones((2, 2, 3), np.float32)
    write_feature_file(path, zip('ab', frames), (2, 2, 3), times=FeatureTimes(
        dict.fromkeys('ab', 4.0), dict.fromkeys('ab', np.array([1., 3.]))))
    whole, refused = path.read_bytes(), 0
    places = range(0, len(whole), 5)
    for place in places:
        path.write_bytes(flipped(whole, 8 * place + place % 8))
        try:
            store = FeatureStore(path)
            assert store.times.durations == dict.fromkeys('ab', 4.0)
            for video in store.video_ids:
                assert (store[video] == 1).all()
            assert store.video_ids == ['a', 'b']
        except InputError:
            refused += 1
    assert refused > len(places) / 2
