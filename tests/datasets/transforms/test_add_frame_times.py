from types import SimpleNamespace

import decord
import numpy as np
import pytest

from cra_plugin.datasets.transforms.add_frame_times import AddFrameTimes
from cra_plugin.errors import InputError


def times(frame_inds, per_clip=False, **results):
    return AddFrameTimes(per_clip)(
        {'frame_inds': np.array(frame_inds), **results})['frame_times']


def test_times_in_the_file_by_decord(clips):
    reader = decord.VideoReader(str(clips / 'fast.mp4'))
    found = times([0, 30, 30, 99], video_reader=reader)
    np.testing.assert_allclose(found, np.array([0, 30, 30, 99]) / 29.97,
                               atol=1e-3)
    # They count, not the rate: these frames are shown ever longer.
    shown = np.array([[.5, 1.], [1., 2.], [2., 4.], [4., 8.]])
    reader = SimpleNamespace(
        get_frame_timestamp=lambda indices: shown[indices])
    np.testing.assert_array_equal(
        times([1, 3], video_reader=reader, avg_fps=1.), [.5, 3.5])


@pytest.mark.parametrize('results', [
    {'avg_fps': 4.}, {'video_reader': SimpleNamespace(fps=4)},
    {'video_reader': SimpleNamespace(streams=SimpleNamespace(
        video=[SimpleNamespace(average_rate=4)]))}])
def test_times_by_the_frame_rate(results):
    np.testing.assert_array_equal(times([2, 5], **results), [.5, 1.25])
    np.testing.assert_array_equal(
        times([[2, 5]], start_index=1, **results), [.25, 1.])


def test_centres_of_overlapping_clips():
    clips = {'frame_inds': [0, 4, 2, 6], 'num_clips': 2, 'avg_fps': 2}
    np.testing.assert_array_equal(times(per_clip=True, **clips), [1., 2.])
    with pytest.raises(InputError, match=r'go back in time.*per_clip=True'):
        times(filename='a.mp4', **clips)


def test_what_is_missing():
    with pytest.raises(InputError, match='UniformSample'):
        AddFrameTimes()({})
    with pytest.raises(InputError, match=r'no frame rate.*after DecordInit'):
        times([1], video_reader=None)
