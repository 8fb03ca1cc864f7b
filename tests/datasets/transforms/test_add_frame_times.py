import decord
import numpy as np
import pytest

from cra_plugin.datasets.transforms.add_frame_times import AddFrameTimes
from cra_plugin.errors import InputError
from tests.helpers.bar_videos import STORED


def times(frame_inds, per_clip=False, **results):
    return AddFrameTimes(per_clip)(
        {'frame_inds': np.array(frame_inds), **results})['frame_times']


def test_times_in_the_file(clips):
    path = str(clips / 'fast.mp4')
    reader = decord.VideoReader(path)
    found = times([1, 31, 31, 100], video_reader=reader, filename=path,
                  total_frames=100, start_index=1)
    np.testing.assert_allclose(found, np.array([0, 30, 30, 99]) / 29.97,
                               atol=1e-3)


@pytest.mark.parametrize(('name', 'reason'), [
    ('base.ts', 'counted'), ('trimcopy.mp4', 'edit list'),
    ('hflip.mp4', 'mirrored'), ('thumbfirst.mkv', 'several video streams')])
def test_what_decord_would_decode_wrongly(name, reason):
    path = str(STORED / name)
    reader = decord.VideoReader(path)
    with pytest.raises(InputError, match=rf'{name}.*decord.*{reason}') as (
            error):
        times([0, 5], video_reader=reader, filename=path,
              total_frames=len(reader))
    assert len(str(error.value).splitlines()) == 1


def test_readers_that_say_other_things():
    path = str(STORED / 'base.mp4')
    late = np.arange(300) / 29

    class Reader:
        def __len__(self):
            return 300

        def get_frame_timestamp(self, rows):
            return np.stack([late, late], 1)[rows]

    reader = Reader()
    with pytest.raises(InputError, match=r'up to 0\.3'):
        times([1], video_reader=reader, filename=path, total_frames=300)
    with pytest.raises(InputError, match='counts 299 frames instead of 300'):
        times([1], video_reader=reader, filename=path, total_frames=299)


def test_times_by_the_frame_rate_of_a_folder():
    np.testing.assert_array_equal(times([2, 5], avg_fps=4.), [.5, 1.25])
    np.testing.assert_array_equal(
        times([[2, 5]], start_index=1, avg_fps=4.), [.25, 1.])


def test_centers_of_overlapping_clips():
    clips = {'frame_inds': [0, 4, 2, 6], 'num_clips': 2, 'avg_fps': 2}
    np.testing.assert_array_equal(times(per_clip=True, **clips), [1., 2.])
    with pytest.raises(InputError, match=r'go back in time.*per_clip=True'):
        times(filename='a.mp4', **clips)


def test_what_is_missing():
    with pytest.raises(InputError, match='UniformSample'):
        AddFrameTimes()({})
    with pytest.raises(InputError, match=r'no video.*after DecordInit'):
        times([1], video_reader=None)
