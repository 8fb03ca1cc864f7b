"""The frame that is shown is the frame of the stated time, or a refusal."""

import numpy as np
import pytest

from cra_plugin.feature_extraction.sampled_video import FrameSampling
from cra_plugin.feature_extraction.video_reader import (
    VideoError,
    find_decoder,
)
from tests.helpers.bar_videos import RATE, read_bars

# Name, frames, seconds, index of the first frame.
CLIPS = [
    ('base.mp4', 300, 10., 0), ('base.ts', 300, 10., 0),
    ('late.mkv', 300, 10., 0), ('thumbfirst.mkv', 300, 10., 0),
    ('trimcopy.mp4', 122, 4.067, 102), ('fragments.mp4', 300, 10., 0),
    ('live.mkv', 300, 10., 0), ('mid_group.ts', 236, 7.867, 64),
    ('cut.mkv', 179, 5.967, 0), ('damaged_start.mp4', 284, 9.467, 16),
    ('mpeg4.avi', 60, 2., 0), ('h264.avi', 60, 2., 0),
    ('wmv.wmv', 60, 2., 0), ('program.mpg', 60, 2., 0),
    ('open.mp4', 60, 2., 0), ('flash.flv', 60, 2., 0),
    ('vp9.webm', 60, 2., 0), ('ten_bits.mp4', 60, 2., 0),
    ('gray.mp4', 60, 2., 0), ('alpha.mov', 9, .3, 0), ('odd.mkv', 9, .3, 0),
    ('one.mp4', 1, 1 / RATE, 0)]
# What decord would show at other times, or not at all.
NOT_BY_DECORD = {
    'base.ts', 'thumbfirst.mkv', 'trimcopy.mp4', 'live.mkv', 'mid_group.ts',
    'damaged_start.mp4', 'mpeg4.avi', 'h264.avi', 'wmv.wmv', 'program.mpg',
    'open.mp4', 'flash.flv'}


def shown_of(decoder, path, indices):
    with decoder(path) as reader:
        frames, times = reader.read(indices)
    return np.array([read_bars(frame) for frame in frames]), times


@pytest.mark.parametrize(('name', 'number', 'duration', 'first'), CLIPS)
def test_frames_of_their_times(decoder, bar_videos, name, number, duration,
                               first):
    try:
        with decoder(bar_videos / name) as reader:
            assert reader.num_frames == number
            assert reader.duration == pytest.approx(duration, abs=2e-3)
            stated = reader.times(np.arange(number))
            frames, times = reader.read(np.arange(number))
            some, at = reader.read(FrameSampling(8)(reader))
    except VideoError as error:
        assert decoder.func.__module__ != find_decoder('pyav').func.__module__
        assert len(str(error).splitlines()) == 1
        assert name in NOT_BY_DECORD or 'torchcodec' in str(error)
        return
    assert (np.diff(stated) > 0).all() and stated[0] == 0
    np.testing.assert_array_equal(times, stated)
    for images, seconds in ((frames, times), (some, at)):
        spelled = [read_bars(frame) - first for frame in images]
        np.testing.assert_allclose(seconds * RATE, spelled, atol=.1)


def test_what_decord_refuses(bar_videos):
    decoder, refused = find_decoder('decord'), set()
    for name, *_ in CLIPS:
        try:
            with decoder(bar_videos / name):
                pass
        except VideoError:
            refused.add(name)
    assert refused == NOT_BY_DECORD


def test_a_variable_rate_is_sampled_by_time(bar_videos):
    """After 5 s there is one frame per second; 122 and 123 share a stamp."""
    decoder = find_decoder('pyav')
    with decoder(bar_videos / 'vfr.mp4') as reader:
        assert reader.num_frames == 175
        assert reader.duration == pytest.approx(29.033, abs=1e-3)
        for fps in (None, 2.):
            frames, times = reader.read(FrameSampling(32, fps)(reader))
            spelled = np.array([read_bars(frame) for frame in frames])
            expected = np.where(spelled < 150, spelled / RATE, spelled - 145)
            np.testing.assert_allclose(times, expected, atol=1e-3)
            even = 29.033 * np.arange(1, 33) / 33
            assert np.abs(times - even).max() < 1.1
        spelled, _ = shown_of(decoder, bar_videos / 'vfr.mp4',
                              np.arange(175))
    assert spelled.tolist() == list(range(175))


@pytest.mark.parametrize(('name', 'upright'), [
    ('hflip.mp4', lambda frame: frame[:, ::-1]),
    ('vflip.mp4', lambda frame: frame[::-1]),
    ('rot90.mp4', lambda frame: np.rot90(frame, -1))])
def test_turned_and_mirrored(decoder, bar_videos, name, upright):
    try:
        with decoder(bar_videos / name) as reader:
            frames, _ = reader.read(np.array([7, 200]))
    except VideoError as error:
        assert 'mirrored' in str(error) and 'PyAV reads it' in str(error)
        assert 'flip' in name
        return
    assert [read_bars(upright(frame)) for frame in frames] == [7, 200]


def test_recordings_behind_one_another(bar_videos):
    decoder = find_decoder('pyav')
    with decoder(bar_videos / 'joined.ts') as reader:
        assert reader.duration == pytest.approx(20., abs=1e-3)
        frames, times = reader.read(np.arange(0, reader.num_frames, 20))
    spelled = np.array([read_bars(frame) for frame in frames])
    np.testing.assert_allclose(
        times, spelled / RATE + 10 * (np.arange(len(times)) >= 15), atol=1e-3)


@pytest.mark.parametrize('name', ['damaged.mp4', 'damaged.avi'])
def test_what_a_damaged_packet_spoils_is_not_shown(bar_videos, name):
    decoder = find_decoder('pyav')
    with decoder(bar_videos / name) as reader:
        stated = reader.times(np.arange(reader.num_frames))
        frames, times = reader.read(np.arange(reader.num_frames))
    spelled = np.array([read_bars(frame) for frame in frames])
    np.testing.assert_allclose(times * RATE, spelled, atol=.1)
    assert (np.abs(times - stated) > 0).any() == (name == 'damaged.mp4')
    assert len(np.unique(spelled)) > .5 * len(frames)


@pytest.mark.parametrize(('name', 'reason'), [
    ('cut.mp4', r'ends after 1\d\d of its 300 frames'),
    ('raw.h264', 'does not say when its frames are shown'),
    ('truth.json', 'PyAV: '), ('none.mp4', 'No such file')])
def test_what_is_refused(decoder, bar_videos, name, reason):
    with pytest.raises(VideoError, match=reason) as error, decoder(
            bar_videos / name):
        pass
    assert len(str(error.value).splitlines()) == 1
