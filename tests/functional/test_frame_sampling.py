import numpy as np
import pytest

from cra_plugin.functional.frame_sampling import (
    centre_times,
    sample_frame_indices,
)


@pytest.mark.parametrize('number', [1, 2, 7, 32])
def test_sampling_as_many_frames_is_the_identity(number):
    indices = sample_frame_indices(number, number)
    np.testing.assert_array_equal(indices, np.arange(number))


def test_sampling_takes_both_ends_and_rounds():
    assert sample_frame_indices(9, 3).tolist() == [0, 4, 8]
    assert sample_frame_indices(11, 4).tolist() == [0, 3, 7, 10]
    assert sample_frame_indices(2, 5).tolist() == [0, 0, 0, 1, 1]


def test_sampled_indices_are_sorted_and_within_the_video():
    rng = np.random.default_rng(0)
    for _ in range(100):
        available, wanted = rng.integers(1, 200, size=2)
        indices = sample_frame_indices(available, wanted)
        assert indices.dtype == np.int64 and len(indices) == wanted
        assert (np.diff(indices) >= 0).all()
        assert indices[0] == 0 and indices[-1] <= available - 1


def test_centre_times():
    np.testing.assert_allclose(centre_times(4), [.125, .375, .625, .875])
    np.testing.assert_allclose(centre_times(2, 10.0), [2.5, 7.5])
