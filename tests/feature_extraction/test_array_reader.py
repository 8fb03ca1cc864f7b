"""Frames in memory as a video."""

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.array_reader import open_array

FRAMES = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.ones(
    (4, 2, 2, 3), np.uint8)


@pytest.mark.parametrize('times, duration, fps, expected, seconds', [
    (None, None, 2, [0, .5, 1, 1.5], 2),
    (None, 8, None, [0, 2, 4, 6], 8),
    ([0, 1, 3, 3], None, None, [0, 1, 3, 3], 4),
    ([0, 1, 2, 3], 9, None, [0, 1, 2, 3], 9)])
def test_times(times, duration, fps, expected, seconds):
    with open_array(FRAMES, times, duration, fps) as reader:
        assert reader.times(np.arange(4)).tolist() == expected
        assert reader.duration == seconds
        frames, shown = reader.read(np.array([1, 3]))
    assert [int(frame[0, 0, 0]) for frame in frames] == [1, 3]
    assert shown.tolist() == [expected[1], expected[3]]


@pytest.mark.parametrize('frames, times, words', [
    (FRAMES.astype(float), None, 'uint8'), (FRAMES[:0], None, 'uint8'),
    (FRAMES, None, 'pass one of them'), (FRAMES, [0, 1], '4 seconds'),
    (FRAMES, [0, 2, 1, 3], 'not decreasing'),
    (FRAMES, [0, 1, 2, np.nan], '4 seconds')])
def test_what_is_no_video(frames, times, words):
    with pytest.raises(InputError, match=words), open_array(
            frames, times, None, None):
        pass
