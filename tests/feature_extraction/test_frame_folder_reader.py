import numpy as np
import pytest
from PIL import Image

from cra_plugin.feature_extraction.frame_folder_reader import (
    open_frame_folder,
)
from cra_plugin.feature_extraction.video_reader import VideoError


@pytest.fixture
def folder(tmp_path):
    """Twelve pictures whose red is ten times their number."""
    for number in range(1, 13):
        pixels = np.full((4, 6, 3), (10 * number, 0, 0), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f'{number}.png')
    return tmp_path


def test_frames_and_their_times(folder):
    with open_frame_folder(folder, 2.5) as reader:
        assert (reader.num_frames, reader.duration) == (12, 4.8)
        frames, times = reader.read(np.array([0, 8, 8, 9, 11]))
        assert [frame[0, 0, 0] for frame in frames] == [10, 90, 90, 100, 120]
        assert frames[1] is frames[2] and frames[0].shape == (4, 6, 3)
        np.testing.assert_allclose(times, [0, 3.2, 3.2, 3.6, 4.4])
        np.testing.assert_array_equal(reader.times(np.array([0, 8, 8, 9, 11])),
                                      times)


def test_what_is_wrong_is_named(folder):
    Image.new('RGB', (6, 5)).save(folder / '3.png')
    (folder / '4.png').write_bytes(b'')
    with open_frame_folder(folder, 1) as reader, pytest.raises(
            VideoError, match=r'3\.png has 6 x 5 pixels, other frames 6 x 4'):
        reader.read(np.array([0, 2]))
    with pytest.raises(VideoError, match=r'4\.png cannot be read'), \
            open_frame_folder(folder, 1) as reader:
        reader.read(np.array([3]))
    (folder / '7.png').unlink()
    with pytest.raises(VideoError, match='the numbers 6 and 8'), \
            open_frame_folder(folder, 1):
        pass
