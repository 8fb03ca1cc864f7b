"""Every decoder that is installed gives the same frames and times."""

import subprocess
import sys

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction import video_reader
from cra_plugin.feature_extraction.video_reader import (
    DECODERS,
    DEFAULT_DECODER,
    VideoError,
    find_decoder,
    installed_decoders,
)
from tests.helpers.rendered_videos import square_position

CLIPS = ['slow.mp4', 'fast.mp4', 'nested/tall.avi', 'short.mp4',
         'single.mp4', 'turned.mp4']


@pytest.fixture
def reference():
    return find_decoder(DEFAULT_DECODER)


def test_frames_are_where_they_should_be(decoder, clips):
    with decoder(clips / 'slow.mp4') as reader:
        assert reader.num_frames == 40
        assert reader.duration == pytest.approx(4.0, abs=1e-3)
        indices = np.array([0, 7, 7, 20, 39])
        frames, times = reader.read(indices)
        np.testing.assert_allclose(times, indices / 10, atol=1e-3)
        np.testing.assert_allclose(reader.times(indices), times)
    for index, frame in zip(indices, frames):
        assert frame.shape == (48, 64, 3) and frame.dtype == np.uint8
        assert square_position(frame) == pytest.approx(index / 39, abs=.03)
        # Red before blue.
        assert frame[2, 2, 0] == pytest.approx(40, abs=8)
        assert frame[2, 2, 2] == pytest.approx(30, abs=8)


@pytest.mark.parametrize('clip', CLIPS)
def test_all_agree(decoder, reference, clips, clip):
    with reference(clips / clip) as theirs:
        indices = np.linspace(0, theirs.num_frames - 1, 7).astype(int)
        expected, _ = theirs.read(indices)
    try:
        with decoder(clips / clip) as ours:
            frames, _ = ours.read(indices)
    except VideoError as error:
        assert clip.endswith('.avi') and 'PyAV reads it' in str(error)
        return
    for frame, other in zip(frames, expected, strict=True):
        assert frame.shape == other.shape
        assert np.abs(frame.astype(int) - other).max() <= 3


def test_all_agree_on_real_clips(decoder, reference, real_clips):
    path = real_clips / 'bikes.mp4'
    indices = np.array([3, 120, 121, 249])
    with decoder(path) as ours, reference(path) as theirs:
        frames, times = ours.read(indices)
        expected, expected_times = theirs.read(indices)
    np.testing.assert_allclose(times, expected_times, atol=1e-3)
    for frame, other in zip(frames, expected, strict=True):
        assert np.abs(frame.astype(int) - other).max() <= 3


def test_a_reader_may_read_twice(decoder, clips):
    with decoder(clips / 'slow.mp4') as reader:
        times = reader.times(np.array([30]))
        late, late_times = reader.read(np.array([30]))
        early, _ = reader.read(np.array([2]))
    assert times == pytest.approx(late_times)
    assert square_position(late[0]) > .7 > .2 > square_position(early[0])


@pytest.mark.parametrize('name', ['corrupt', 'empty', 'cut'])
def test_unreadable_videos_say_so_in_a_line(decoder, mixed_clips, name):
    with pytest.raises(VideoError) as error, decoder(
            mixed_clips / f'{name}.mp4') as reader:
        reader.read(np.array([0, reader.num_frames - 1]))
    assert len(str(error.value).splitlines()) == 1


def test_the_default_is_installed():
    assert {DEFAULT_DECODER, 'decord'} <= set(installed_decoders()) <= set(
        DECODERS)


@pytest.mark.parametrize('name', ['ffmpeg', 'opencv'])
def test_an_unknown_decoder_is_refused(name):
    with pytest.raises(InputError, match=f'--decoder.*{name}.*pyav.*decord'):
        find_decoder(name)


def test_a_decoder_that_is_not_installed_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, 'decord', None)
    monkeypatch.delitem(sys.modules, f'{video_reader._ROOM}.decord_reader',
                        raising=False)
    with pytest.raises(InputError, match='pip install decord'):
        find_decoder('decord')


def test_decoders_are_imported_only_when_asked():
    code = ('import sys; import cra_plugin.feature_extraction.extraction; '
            'assert not {"av", "decord", "torchcodec"} & set(sys.modules)')
    subprocess.run([sys.executable, '-c', code], check=True)


def test_pyav_skips_what_is_not_wanted(bar_videos, monkeypatch):
    from cra_plugin.feature_extraction import pyav_reader
    decoded = []
    decode = pyav_reader.decode_sound

    def counted(*arguments):
        for frame in decode(*arguments):
            decoded.append(frame.pts)
            yield frame

    monkeypatch.setattr(pyav_reader, 'decode_sound', counted)
    with find_decoder('pyav')(bar_videos / 'base.mp4') as reader:
        assert len(reader.timeline.keys) == 8
        reader.read(np.array([0, 299]))
    assert len(decoded) < 80


def test_pyav_finds_out_an_index_that_misleads(bar_videos):
    indices = np.array([3, 50, 200])
    with find_decoder('pyav')(bar_videos / 'base.mp4') as reader:
        expected, _ = reader.read(indices)
        reader._container = Misled(reader._container)
        frames, _ = reader.read(indices)
    for frame, other in zip(frames, expected, strict=True):
        assert (frame == other).all()


class Misled:
    """A file that always lands near its end."""

    def __init__(self, container):
        self.container = container

    def __getattr__(self, name):
        return getattr(self.container, name)

    def seek(self, stamp, stream):
        self.container.seek(130000, stream=stream)
