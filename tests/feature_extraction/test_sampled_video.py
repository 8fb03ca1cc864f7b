from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from cra_plugin.feature_extraction.sampled_video import (
    FrameSampling,
    probe_video,
    sample_video,
)
from cra_plugin.feature_extraction.video_reader import (
    VideoError,
    find_decoder,
)
from tests.helpers.rendered_videos import square_position

OPEN = find_decoder('pyav')


def test_the_frames_are_those_of_the_times(clips):
    frames, times = sample_video(clips / 'fast.mp4', OPEN, FrameSampling(8))
    assert times.duration == round(100 / 29.97, 3)
    expected = np.arange(1, 9) * 100 // 9
    np.testing.assert_allclose(times.frame_times, expected / 29.97,
                               atol=6e-4)
    assert [square_position(frame) for frame in frames] == pytest.approx(
        expected / 99, abs=.03)
    assert probe_video(clips / 'fast.mp4', OPEN, FrameSampling(8)) == times


def test_a_video_of_one_frame_repeats_it(clips):
    frames, times = sample_video(clips / 'single.mp4', OPEN,
                                 FrameSampling(4))
    assert times.frame_times == [0, 0, 0, 0] and times.duration == .1
    assert all((frame == frames[0]).all() for frame in frames)


def test_a_list_of_two_frames_a_second(clips):
    _, times = sample_video(clips / 'slow.mp4', OPEN, FrameSampling(3, 2.0))
    # Nine frames, at .2 and every half second: the third, fifth and seventh.
    assert times.frame_times == [1.2, 2.2, 3.2]


def test_videos_without_a_file_or_bytes(mixed_clips):
    with pytest.raises(VideoError, match='no such file'):
        sample_video(None, OPEN, FrameSampling())
    with pytest.raises(VideoError, match='empty'):
        probe_video(mixed_clips / 'empty.mp4', OPEN, FrameSampling())


@pytest.mark.parametrize('times', [
    [0, .2, .1], [-.1, .2, .3], [0, 1, 2.5], [0, .1, float('nan')]])
def test_times_that_make_no_sense(times):
    class Reader:
        num_frames, duration = 9, 2.0

        def times(self, indices):
            return np.array(times)

    with pytest.raises(VideoError, match='out of order'):
        probe_video(Path(__file__), lambda _: nullcontext(Reader()),
                    FrameSampling(3))
