"""Clips show the frames of their span, when they are shown, with sound."""

import json

import av
import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction import clip_encoder
from cra_plugin.feature_extraction.any_video import AnyVideo
from cra_plugin.feature_extraction.video_clip import SHORTEST, cut_clip
from cra_plugin.spans.shown_frames import frames_of_span
from tests.helpers.bar_videos import draw_bars, encode_with_beep

BEEP = 1., 2.
ODD = ('base.mp4', 'base.ts', 'trimcopy.mp4', 'late.mkv', 'thumbfirst.mkv',
       'vfr.mp4', 'mpeg4.avi', 'wmv.wmv', 'program.mpg', 'joined.ts',
       'open.mp4', 'odd.mkv', 'hflip.mp4', 'rot90.mp4', 'vflip.mp4',
       'ten_bits.mp4', 'alpha.mov', 'one.mp4', 'damaged.mp4', 'vp9.webm')


def read_all(video, frames=None):
    """Pixels, times and the duration."""
    with video.open() as reader:
        wanted = np.arange(reader.num_frames)
        if frames is not None:
            wanted = wanted[frames.start:frames.stop]
        images, times = reader.read(wanted)
        return np.stack(images), times, reader.duration


def check_clip(video, span, path):
    """Compare a clip with the video, frame by frame."""
    clip = cut_clip(video, span, path)
    with video.open() as reader:
        shown = reader.times(np.arange(reader.num_frames))
        frames = frames_of_span(shown, reader.duration, span)
    expected, times, _ = read_all(video, frames)
    found, own_times, duration = read_all(AnyVideo(path))
    height, width = expected.shape[1:3]
    assert found.shape[1:3] == (height + height % 2, width + width % 2)
    apart = np.abs(found[:, :height, :width].astype(float) - expected)
    assert len(found) == clip.num_frames == len(frames)
    assert apart.mean((1, 2, 3)).max() < 8
    times = shown[frames.start:frames.stop]
    np.testing.assert_allclose(own_times, times - times[0], atol=2e-3)
    assert duration == pytest.approx(clip.end - clip.start, abs=2e-3)
    return clip


@pytest.mark.parametrize('name', ODD)
def test_the_frames_are_those_of_the_span(bar_videos, tmp_path, name):
    video = AnyVideo(bar_videos / name)
    with video.open() as reader:
        duration = reader.duration
    clip = check_clip(video, (.3 * duration, .45 * duration),
                      tmp_path / 'c.mp4')
    assert clip.start == pytest.approx(.3 * duration, abs=1)


def test_the_odd_videos_that_are_shared(shared_dir, tmp_path):
    folder = shared_dir / 'cases' / 'videos'
    if not folder.is_dir():
        pytest.skip(f'{folder} is absent')
    names = [each for each in json.loads(
        (folder / 'truth.json').read_text()) if each != 'how']
    for name in names:
        check_clip(AnyVideo(folder / name), (2.5, 3.5), tmp_path / 'c.mp4')


@pytest.mark.parametrize('name, span, copied', [
    ('base.mp4', (8 / 15, 10.), True),
    ('base.mp4', (8 / 15 + .016, 10.), True),
    ('base.mp4', (8 / 15 + .018, 10.), False),
    ('base.mp4', (0., 2.99), False),  # its last frame needs a later one
    ('late.mkv', (8 / 15, 10.), True),
    ('trimcopy.mp4', (0., 4.), False),  # starts between key frames
    ('open.mp4', (.27, 2.), True),
    ('vp9.webm', (0., 2.), True),
    ('rot90.mp4', (0., 10.), False),
    ('hflip.mp4', (0., 10.), False),
    ('base.ts', (0., 10.), False),
    ('damaged.mp4', (0., 10.), False)])
def test_packets_are_copied_where_key_frames_allow(bar_videos, tmp_path,
                                                   name, span, copied):
    clip = check_clip(AnyVideo(bar_videos / name), span, tmp_path / 'c.mp4')
    assert clip.copied is copied


def test_packets_are_not_copied_against_the_will(bar_videos, tmp_path):
    clip = cut_clip(AnyVideo(bar_videos / 'base.mp4'), (8 / 15, 10.),
                    tmp_path / 'c.mp4', copy=False)
    assert not clip.copied


@pytest.mark.parametrize('span', [(5., 5.), (9.9999, 99.), (-3., -1.),
                                  (5.001, 5.002)])
def test_a_span_without_a_length_has_the_frame_it_names(bar_videos, tmp_path,
                                                        span):
    clip = check_clip(AnyVideo(bar_videos / 'base.mp4'), span,
                      tmp_path / 'c.mp4')
    assert clip.num_frames == 1
    assert clip.end - clip.start == pytest.approx(SHORTEST)


def heard(path):
    """Seconds at which a file is first and last loud."""
    with av.open(str(path)) as file:
        stream, = file.streams.audio
        tenths = {}
        for frame in file.decode(stream):
            wave = frame.to_ndarray()[0]
            for sample in range(0, len(wave), 256):
                tenths[frame.time + sample / frame.sample_rate] = np.abs(
                    wave[sample:sample + 256]).max()
    loud = [at for at, level in tenths.items() if level > .2]
    return min(loud), max(loud)


@pytest.mark.parametrize('suffix, span, copied', [
    ('mp4', (.5, 2.51), False), ('mp4', (1., 4.), True),
    ('mkv', (1., 2.), True), ('mkv', (1.5, 3.), False),
    ('ts', (1.5, 3.), False), ('avi', (.5, 1.5), False)])
def test_the_sound_is_that_of_the_span(tmp_path, suffix, span, copied):
    whole = encode_with_beep(tmp_path / f'beep.{suffix}', BEEP,
                             codec='mp3' if suffix == 'avi' else 'aac')
    clip = check_clip(AnyVideo(whole), span, tmp_path / 'c.mp4')
    assert clip.has_sound and clip.copied is copied
    first, last = heard(tmp_path / 'c.mp4')
    assert first == pytest.approx(max(BEEP[0] - span[0], 0), abs=.06)
    assert last == pytest.approx(min(BEEP[1], clip.end) - span[0], abs=.06)


def test_sound_of_a_clock_that_starts_late(tmp_path, bar_videos):
    whole = encode_with_beep(tmp_path / 'beep.mkv', BEEP)
    with (av.open(str(whole)) as file,
          av.open(str(tmp_path / 'late.mkv'), 'w') as out):
        targets = {each.index: out.add_stream_from_template(each)
                   for each in file.streams}
        for packet in file.demux():
            if packet.dts is not None:
                packet.dts += 50_000
                packet.pts += 50_000
                packet.stream = targets[packet.stream.index]
                out.mux(packet)
    cut_clip(AnyVideo(tmp_path / 'late.mkv'), (.5, 2.5), tmp_path / 'c.mp4')
    assert heard(tmp_path / 'c.mp4') == pytest.approx((.5, 1.5), abs=.06)


def test_a_video_without_sound(bar_videos, tmp_path):
    clip = check_clip(AnyVideo(bar_videos / 'base.mp4'), (1., 2.),
                      tmp_path / 'c.mp4')
    assert not clip.has_sound


def test_a_folder_of_frames_and_frames(tmp_path):
    from PIL import Image
    folder = tmp_path / 'frames'
    folder.mkdir()
    for index in range(20):
        Image.fromarray(draw_bars(index)).save(folder / f'{index}.png')
    clip = check_clip(AnyVideo(folder, 10), (.5, 1.2), tmp_path / 'c.mp4')
    assert (clip.start, clip.end, clip.num_frames) == (.5, 1.2, 7)
    frames = np.stack([draw_bars(index) for index in range(20)])
    check_clip(AnyVideo(frames, frame_times=[*range(10), *range(20, 30)]),
               (8., 23.), tmp_path / 'c.mp4')


def test_without_x264(bar_videos, tmp_path, monkeypatch):
    monkeypatch.setattr(clip_encoder, '_encodes', lambda name: name ==
                        'mpeg4')
    check_clip(AnyVideo(bar_videos / 'base.mp4'), (1., 2.),
               tmp_path / 'c.mp4')
    with av.open(str(tmp_path / 'c.mp4')) as file:
        assert file.streams.video[0].codec_context.name == 'mpeg4'


def test_frames_that_no_encoder_takes(tmp_path):
    frames = np.zeros((2, 2, 20_000, 3), np.uint8)
    with pytest.raises(InputError, match='no way to write it'):
        cut_clip(AnyVideo(frames, 1), (0., 2.), tmp_path / 'c.mp4')
    assert not list(tmp_path.iterdir())
