import numpy as np
import pytest

from cra_plugin.datasets.transforms import SampleFeatureFrames
from cra_plugin.errors import InputError


def test_identity_where_the_number_fits(make_sample):
    sample = make_sample()
    frames = sample['frames']
    assert SampleFeatureFrames(9)(sample)['frames'] is frames


@pytest.mark.parametrize(('number', 'indices'), [
    (3, [0, 4, 8]), (1, [4]), (12, [0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8])])
def test_frames_and_times_go_together(make_sample, number, indices):
    sample = SampleFeatureFrames(number)(make_sample())
    np.testing.assert_array_equal(sample['frames'][:, 0],
                                  2 * np.array(indices))
    np.testing.assert_array_equal(sample['frame_times'],
                                  np.array(indices) + .5)


def test_bad_input(make_sample):
    with pytest.raises(InputError, match='at least 1'):
        SampleFeatureFrames(0)
    sample = make_sample()
    del sample['frames']
    with pytest.raises(InputError, match=r"without 'frames'.*set features"):
        SampleFeatureFrames()(sample)
