import h5py
import numpy as np
import pytest

from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.errors import InputError

NAN = float('nan')


@pytest.fixture
def store(tmp_path):
    """Open a file of two videos of three frames with further datasets."""

    def write_and_open(**arrays):
        with h5py.File(tmp_path / 'features.h5', 'w') as file:
            file['vid'] = ['a', 'b']
            file['X'] = np.ones((2, 3, 4), np.float32)
            for name, array in arrays.items():
                file[name] = array
        return FeatureStore(tmp_path / 'features.h5')

    return write_and_open


def test_released_files_say_nothing(store):
    assert store().times == ({}, {})


@pytest.mark.parametrize('dtype', [np.float64, np.float32, np.int64])
def test_durations_and_frame_times(store, dtype):
    times = store(duration=np.array([10, 20], dtype)).times
    assert times.durations == {'a': 10.0, 'b': 20.0}
    assert times.frame_times == {}
    times = store(frame_times=np.arange(6, dtype=dtype).reshape(2, 3)).times
    assert times.durations == {}
    assert times.frame_times['b'].tolist() == [3.0, 4.0, 5.0]
    assert times.frame_times['b'].dtype == np.float64


@pytest.mark.parametrize(('arrays', 'found'), [
    ({'duration': [10.0]}, r'duration: found float64 of shape \(1,\); '
     r'expected numbers of shape \(2,\)'),
    ({'duration': [[1.0], [2.0]]}, r'shape \(2, 1\)'),
    ({'duration': ['a', 'b']}, 'duration: found object'),
    ({'duration': [10.0, 0.0]}, r'video b, field duration: found 0\.0'),
    ({'duration': [NAN, 1.0]}, 'video a, field duration: found nan'),
    ({'frame_times': np.ones((2, 4))}, r'expected numbers of shape \(2, 3\)'),
    ({'frame_times': [[0, 1, 2], [0, 2, 1]]}, 'video b, frame 2'),
    ({'frame_times': [[0, 1, NAN], [0, 1, 2]]}, 'frame_times, video a'),
    ({'frame_times': [[0, 1, 2], [0, 1, 9]], 'duration': [3.0, 3.0]},
     'video b.*from 0 to 9'),
])
def test_faults_name_file_and_field(store, arrays, found):
    with pytest.raises(InputError, match=rf'features\.h5.*{found}'):
        store(**arrays)


def test_a_group_is_no_dataset(tmp_path, store):
    store()
    with h5py.File(tmp_path / 'features.h5', 'a') as file:
        file.create_group('duration')
    with pytest.raises(InputError, match='duration: found a group'):
        FeatureStore(tmp_path / 'features.h5')
