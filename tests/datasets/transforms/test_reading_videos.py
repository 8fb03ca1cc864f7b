"""Frames of their times, by ours and by mmaction2's transforms."""

import numpy as np
import pytest

from cra_plugin.datasets.transforms.sample_by_time import SampleByTime
from cra_plugin.datasets.transforms.video_decode import VideoDecode
from cra_plugin.datasets.transforms.video_init import VideoInit
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.registry import TRANSFORMS
from tests.helpers.bar_videos import RATE, STORED, read_bars

CLIPS = {'base.mp4': 0, 'base.ts': 0, 'late.mkv': 0, 'thumbfirst.mkv': 0,
         'trimcopy.mp4': 102, 'mpeg4.avi': 0, 'wmv.wmv': 0, 'program.mpg': 0,
         'mid_group.ts': 64, 'open.mp4': 0, 'hflip.mp4': 0, 'vfr.mp4': 0}
# Those of mmaction2, and what they read rightly of these.
FOREIGN = {'Decord': {'base.mp4', 'late.mkv'},
           'OpenCV': {'base.mp4'}, 'PyAV': {'base.mp4'}}


def expected_times(name, frames):
    """The seconds of what is spelled."""
    if name == 'hflip.mp4':
        frames = [frame[:, ::-1] for frame in frames]
    spelled = np.array([read_bars(frame) for frame in frames]) - CLIPS[name]
    if name == 'vfr.mp4':
        return np.where(spelled < 150, spelled / RATE, spelled - 145.)
    return spelled / RATE


@pytest.mark.parametrize('test_mode', [True, False])
@pytest.mark.parametrize('name', CLIPS)
def test_ours(bar_videos, name, test_mode):
    results = {'filename': str(bar_videos / name),
               'rng': np.random.default_rng(3)}
    for transform in (VideoInit(), SampleByTime(8, test_mode),
                      VideoDecode()):
        results = transform(results)
        assert repr(transform).startswith(type(transform).__name__)
        if 'total_frames' in results and 'imgs' not in results:
            duration = results['video_reader'].duration
    times = results['frame_times']
    np.testing.assert_allclose(
        times, expected_times(name, results['imgs']), atol=2e-3)
    parts = times / duration * 8
    slack = .6 if name == 'vfr.mp4' else .15
    assert (np.arange(8) - slack <= parts).all()
    assert (parts <= np.arange(1, 9) + slack).all()
    if test_mode:
        assert np.abs(parts - np.arange(8) - .5).max() < slack
    assert results['img_shape'] == results['imgs'][0].shape[:2]
    assert 'video_reader' not in results and 'video_file' not in results


@pytest.mark.parametrize('name', CLIPS)
@pytest.mark.parametrize('reader', FOREIGN)
def test_those_of_mmaction2(bar_videos, reader, name):
    results = {'filename': str(bar_videos / name), 'start_index': 0}
    chain = [dict(type=f'mmaction.{reader}Init'),
             dict(type='mmaction.UniformSample', clip_len=8, test_mode=True),
             dict(type='cra_plugin.AddFrameTimes'),
             dict(type=f'mmaction.{reader}Decode')]
    transforms = [TRANSFORMS.build(step) for step in chain]
    try:
        for transform in transforms:
            results = transform(results)
    except Exception as error:
        assert name not in FOREIGN[reader]
        if isinstance(error, InputError):
            assert 'cra_plugin.VideoInit' in str(error)
        return
    assert name in FOREIGN[reader]
    np.testing.assert_allclose(
        results['frame_times'], expected_times(name, results['imgs']),
        atol=2e-3)


def read(path, *, per_clip=False, **results):
    opened = VideoInit()({'filename': str(path)})
    return VideoDecode(per_clip)(opened | {
        key: np.array(value) for key, value in results.items()})


def test_clips_of_mmaction2():
    path = STORED / 'base.mp4'
    clips = {'frame_inds': [[0, 60], [30, 90]], 'num_clips': 2}
    found = read(path, per_clip=True, **clips)
    np.testing.assert_allclose(found['frame_times'], [1, 2])
    assert [read_bars(frame) for frame in found['imgs']] == [0, 60, 30, 90]
    with pytest.raises(InputError, match=r'go back in time.*per_clip=True'):
        read(path, **clips)


def test_a_damaged_frame_gives_way_with_its_time(bar_videos):
    found = read(bar_videos / 'damaged.mp4', frame_inds=np.arange(60, 100))
    spelled = [read_bars(frame) for frame in found['imgs']]
    np.testing.assert_allclose(found['frame_times'] * RATE, spelled,
                               atol=1e-6)
    assert spelled != list(range(60, 100))


def test_what_is_missing():
    with pytest.raises(InputError, match='VideoInit before'):
        SampleByTime(4)({})
    with pytest.raises(InputError, match='SampleByTime'):
        VideoDecode()({})
    with pytest.raises(InputError, match='set videos of the dataset'):
        VideoInit()({})
    with pytest.raises(InputError, match=r'--decoder.*opencv'):
        VideoInit('opencv')
    with pytest.raises(VideoError, match='limit of 1e-09 s'):
        VideoInit(video_limit=1e-9)({'filename': STORED / 'base.mp4'})
