"""Datasets over folders of frames."""

import numpy as np
import pytest
import torch
from PIL import Image

from cra_plugin.datasets.nextgqa import NextGQADataset
from cra_plugin.errors import InputError
from tests.helpers.rendered_videos import draw_frame, square_position


@pytest.fixture
def build(split, rendered_world):
    """Build a dataset of the tiny split: 80 frames per video, 5 per second."""
    for video in split.videos:
        folder = split.folder / 'frames' / f'x_{video}'
        folder.mkdir(parents=True)
        for index in range(80):
            Image.fromarray(draw_frame(index, 80)).save(
                folder / f'{index + 1}.png')
    (split.folder / 'map.json').write_text(str({
        video: f'x_{video}' for video in split.videos}).replace("'", '"'))

    def build(fps='spans.json', types=('Init', 'Decode'), **videos):
        return NextGQADataset(
            **split.arguments | {'features': None}, span_file='spans.json',
            videos=dict(frames='frames', fps=fps, map_file='map.json')
            | videos,
            pipeline=[
                {'type': f'cra_plugin.FrameFolder{types[0]}'},
                {'type': 'mmaction.UniformSample', 'clip_len': 4,
                 'test_mode': True},
                {'type': 'cra_plugin.AddFrameTimes'},
                {'type': f'cra_plugin.FrameFolder{types[1]}'},
                {'type': 'mmaction.FormatShape', 'input_format': 'NCTHW'},
                {'type': 'cra_plugin.TokenizeText',
                 'tokenizer': str(rendered_world / 'text')},
                {'type': 'cra_plugin.PackVideoQGInputs'}])

    return build


@pytest.mark.parametrize('fps', ['spans.json', 5])
def test_frames_and_their_times(build, fps):
    """The square is where the time of the frame says."""
    packed = build(fps)[5]
    video, sample = packed['inputs']['video'], packed['data_samples']
    assert video.shape == (1, 3, 4, 48, 64) and video.dtype == torch.uint8
    assert sample.video_id == 'v1'
    for frame, time in zip(video[0].permute(1, 2, 3, 0).numpy(),
                           sample.frame_times):
        assert square_position(frame) == pytest.approx(5 * time / 79, abs=.03)
    np.testing.assert_allclose(sample.frame_times,
                               16 * (np.arange(4) + .5) / 4, atol=.45)


def test_what_is_missing_is_named_at_the_start(build, split):
    frames = split.folder / 'frames'
    (frames / 'x_v1' / '7.png').unlink()
    (frames / 'x_v2').rename(frames / 'y_v2')
    with pytest.raises(InputError, match=r'no frames for 2 of 6 videos '
                       r'\(x_v1: .* 6 and 8; x_v2: no such folder\)'):
        build()
    with pytest.raises(InputError, match=r"videos\.fps.*'fast\.json'|fast"):
        build(fps='fast.json')
    with pytest.raises(InputError, match=r'check videos\.frames'):
        build(frames='none')


def test_a_frame_that_breaks_in_training_is_named(build, split):
    dataset = build()
    for path in (split.folder / 'frames').rglob('*.png'):
        path.write_bytes(b'')
    with pytest.raises(InputError, match=r'x_v0: found a video at which '
                       r'FrameFolderDecode fails .*png cannot be read'):
        dataset[0]
    (split.folder / 'frames' / 'x_v0' / '9.png').unlink()
    with pytest.raises(InputError, match='x_v0: found frames are missing'):
        dataset[0]
