"""Datasets over raw video, read by mmaction2's transforms."""

import shutil

import numpy as np
import pytest
import torch

from cra_plugin.datasets.nextgqa import NextGQADataset
from cra_plugin.errors import InputError
from cra_plugin.registry import DATASETS
from tests.helpers.rendered_videos import square_position, write_video
from tests.helpers.star_files import write_star

READERS = [('DecordInit', 'DecordDecode'), ('OpenCVInit', 'OpenCVDecode'),
           ('PyAVInit', 'PyAVDecode')]


def foreign(reader):
    """What mmaction2 has for reading videos."""
    init, decode = reader
    return [{'type': f'mmaction.{init}'},
            {'type': 'mmaction.UniformSample', 'clip_len': 4,
             'test_mode': True},
            {'type': 'cra_plugin.AddFrameTimes'},
            {'type': f'mmaction.{decode}'}]


def ours(test_mode=True, sampling='cra_plugin.SampleByTime', **arguments):
    return [{'type': 'cra_plugin.VideoInit', **arguments},
            {'type': sampling, 'clip_len': 4, 'test_mode': test_mode},
            {'type': 'cra_plugin.VideoDecode'}]


CHAINS = [ours(), ours(decoder='decord'),
          ours(sampling='mmaction.UniformSample'),
          *map(foreign, READERS)]


def pipeline(text, reading):
    return [
        *reading,
        {'type': 'mmaction.FormatShape', 'input_format': 'NCTHW'},
        {'type': 'cra_plugin.TokenizeText', 'tokenizer': str(text)},
        {'type': 'cra_plugin.PackVideoQGInputs'}]


@pytest.fixture
def build(rendered_world):
    """Build a dataset of a split of the rendered world."""

    def build(split='train', reading=None, folder=rendered_world,
              **options):
        return NextGQADataset(
            f'{split}.csv', data_root=str(folder),
            videos=dict(path='videos', template='{}.mp4'),
            pipeline=pipeline(rendered_world / 'text', reading or ours()),
            **options)

    return build


@pytest.mark.parametrize('reading', CHAINS)
def test_frames_and_their_times(tmp_path, rendered_world, split, reading):
    """The square of the middle of a quarter is where its time says."""
    for video in split.videos:
        write_video(tmp_path / 'videos' / f'{video}.mp4', 160, 10)
    arguments = {**split.arguments, 'features': None}
    dataset = NextGQADataset(
        **arguments, videos=dict(path=str(tmp_path / 'videos')),
        span_file='spans.json', time_file='times.json',
        pipeline=pipeline(rendered_world / 'text', reading))
    packed = dataset[5]
    video, sample = packed['inputs']['video'], packed['data_samples']
    assert video.shape == (1, 3, 4, 48, 64) and video.dtype == torch.uint8
    for frame, time in zip(video[0].permute(1, 2, 3, 0).numpy(),
                           sample.frame_times):
        assert square_position(frame) == pytest.approx(10 * time / 159,
                                                       abs=.03)
    # Centers of quarters of 16 s, whatever the annotated frame times.
    np.testing.assert_allclose(sample.frame_times,
                               16 * (np.arange(4) + .5) / 4, atol=.21)
    assert sample.video_id == 'v1' and sample.duration == 16


def test_a_sample_depends_on_seed_epoch_and_question(build):
    def draw(epoch, index=3):
        dataset = build(reading=ours(test_mode=False))
        dataset.set_epoch(epoch, seed=7)
        np.random.rand(index)
        return dataset[index]['data_samples'].frame_times.tolist()

    assert draw(0) == draw(0) != draw(1)


def test_missing_videos_are_named_at_the_start(build, rendered_world,
                                               tmp_path):
    folder = tmp_path / 'world'
    shutil.copytree(rendered_world, folder)
    (folder / 'videos' / '1000001.mp4').unlink()
    with pytest.raises(InputError, match=rf'{folder}/videos: found no file '
                       r'for 1 of 4 videos \(1000001\.mp4\)'):
        build(folder=folder)
    assert len(build(folder=folder, indices=2)) == 2


@pytest.mark.parametrize(('damage', 'reading', 'name'), [
    ('cut', ours(), 'VideoInit'), ('noise', ours(), 'VideoInit'),
    ('gone', ours(), 'VideoInit'),
    ('slow', ours(video_limit=1e-9), 'VideoInit'),
    ('noise', foreign(READERS[0]), 'DecordInit')])
def test_a_video_that_breaks_in_training_is_named(
        build, rendered_world, tmp_path, damage, reading, name):
    folder = tmp_path / 'world'
    shutil.copytree(rendered_world, folder)
    dataset = build(folder=folder, reading=reading)
    path = folder / 'videos' / '1000000.mp4'
    content = path.read_bytes()
    if damage == 'gone':
        path.unlink()
    elif damage != 'slow':
        path.write_bytes(content[:len(content) // 2] if damage == 'cut'
                         else b'no video' * 99)
    loader = torch.utils.data.DataLoader(
        dataset, 2, collate_fn=list, num_workers=1)
    with pytest.raises(InputError, match=r'1000000\.mp4: found a video at '
                       rf'which {name} fails'):
        list(loader)


def test_features_or_videos(split):
    with pytest.raises(InputError, match='both features and videos'):
        NextGQADataset(**split.arguments, videos=dict(path='videos'))


def test_star_by_a_map(tmp_path, rendered_world):
    folder = write_star(tmp_path, size=4)
    (folder / 'map.json').write_text('{"S1X000": "y/A", "S1X001": "y/B"}')
    for name in 'AB':
        write_video(folder / 'videos' / 'y' / f'{name}.mp4', 8, 4)
    dataset = DATASETS.build(dict(
        type='cra_plugin.STARDataset', ann_file='STAR_val.json',
        video_file='STAR_videos.json', data_root=str(folder), test_mode=True,
        videos=dict(path='videos', map_file='map.json'),
        pipeline=pipeline(rendered_world / 'text', ours())))
    assert dataset[1]['inputs']['video'].shape == (1, 3, 4, 48, 64)
