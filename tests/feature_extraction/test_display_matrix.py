"""All eight ways to turn and mirror a frame."""

import struct
from types import SimpleNamespace

import numpy as np
import pytest

from cra_plugin.feature_extraction.display_matrix import (
    UPRIGHT,
    read_turn,
    turn,
)
from cra_plugin.feature_extraction.video_reader import (
    VideoError,
    find_decoder,
)
from tests.helpers.bar_videos import show_by

MATRICES = [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0),
            (-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)]


def placed(image, matrix):
    """Move every pixel (x, y) to (a x + c y, b x + d y)."""
    a, b, c, d = matrix
    y, x = np.mgrid[:image.shape[0], :image.shape[1]]
    across, down = a * x + c * y, b * x + d * y
    across, down = across - across.min(), down - down.min()
    shown = np.zeros((down.max() + 1, across.max() + 1, 3), np.uint8)
    shown[down, across] = image
    return shown


@pytest.mark.parametrize('matrix', MATRICES)
def test_frames_are_shown_upright(bar_videos, tmp_path, matrix):
    path = show_by(bar_videos / 'base.mp4', tmp_path / 'turned.mp4', matrix)
    decoder, index = find_decoder('pyav'), np.array([77])
    with decoder(path) as ours, decoder(bar_videos / 'base.mp4') as stored:
        shown, expected = ours.read(index)[0][0], stored.read(index)[0][0]
        mirrored = ours.timeline.mirrored
    np.testing.assert_array_equal(shown, placed(expected, matrix))
    np.testing.assert_array_equal(turn(expected, matrix), shown)
    assert mirrored == (np.linalg.det(np.reshape(matrix, (2, 2))) < 0)


def frame(*values):
    a, b, c, d = (int(value * 65536) for value in values)
    data = struct.pack('=9i', a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return SimpleNamespace(side_data={'DISPLAYMATRIX': data})


def test_matrices_of_other_scales_and_none():
    assert read_turn(SimpleNamespace(side_data={})) == UPRIGHT
    assert read_turn(frame(0, 0, 0, 0)) == UPRIGHT
    assert read_turn(frame(.001, 2, -.5, 0)) == (0, 1, -1, 0)


@pytest.mark.parametrize('values', [
    (.7, .7, -.7, .7), (1, 0, 1, 0), (1, 0, .5, 1)])
def test_slanted_frames_are_refused(values):
    with pytest.raises(VideoError, match='slanted'):
        read_turn(frame(*values))
