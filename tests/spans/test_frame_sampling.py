import csv
import json

import numpy as np
import pytest

from cra_plugin.spans.frame_sampling import (
    center_times,
    frames_at,
    list_frames,
    resample_frame_times,
    resolve_frame_times,
    sample_center_times,
    sample_clip_centers,
    sample_frame_indices,
)


@pytest.mark.parametrize('number', [1, 2, 7, 32])
def test_sampling_as_many_frames_is_the_identity(number):
    indices = sample_frame_indices(number, number)
    np.testing.assert_array_equal(indices, np.arange(number))


def test_sampling_takes_both_ends_and_rounds():
    assert sample_frame_indices(9, 3).tolist() == [0, 4, 8]
    assert sample_frame_indices(11, 4).tolist() == [0, 3, 7, 10]
    assert sample_frame_indices(2, 5).tolist() == [0, 0, 0, 1, 1]


def test_sampled_indices_are_sorted_and_within_the_video():
    rng = np.random.default_rng(0)
    for _ in range(100):
        available, wanted = rng.integers(1, 200, size=2)
        indices = sample_frame_indices(available, wanted)
        assert indices.dtype == np.int64 and len(indices) == wanted
        assert (np.diff(indices) >= 0).all()
        first, last = indices[[0, -1]]
        if wanted > 1:
            assert (first, last) == (0, available - 1)


@pytest.mark.parametrize(('available', 'middle'), [
    (1, 0), (2, 1), (3, 1), (9, 4), (32, 16)])
def test_one_frame_is_the_middle_one(available, middle):
    assert sample_frame_indices(available, 1).tolist() == [middle]


def test_center_times():
    np.testing.assert_allclose(center_times(4), [.125, .375, .625, .875])
    np.testing.assert_allclose(center_times(2, 10.0), [2.5, 7.5])


def test_annotated_times_come_first_then_the_duration():
    annotated = np.array([0., 3., 3.5])
    assert resolve_frame_times(annotated, 2, 10.0) is annotated
    assert resolve_frame_times(None, 2, 10.0).tolist() == [2.5, 7.5]
    assert resolve_frame_times(None, 2, None).tolist() == [.25, .75]


def test_times_of_fewer_and_more_steps():
    times = np.array([1., 3., 5., 7.])
    assert resample_frame_times(times, 2).tolist() == [2, 6]
    assert resample_frame_times(times, 1).tolist() == [4]
    assert resample_frame_times(times, 8).tolist() == [
        1, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7]
    np.testing.assert_array_equal(resample_frame_times(times, 4), times)
    assert resample_frame_times(times[:1], 3).tolist() == [1, 1, 1]


def test_times_are_those_of_the_resampled_features():
    """A feature that is the time stays the time of its step."""
    import torch

    from cra_plugin.models.video_encoders.backbone_sequences import (
        resample_steps,
    )
    rng = np.random.default_rng(0)
    for frames, steps in ((4, 4), (8, 4), (8, 2), (4, 8), (4, 11), (5, 32)):
        times = np.sort(rng.uniform(0, 60, frames))
        features = resample_steps(torch.from_numpy(times)[None, :, None],
                                  steps)
        np.testing.assert_allclose(resample_frame_times(times, steps)
                                   if steps >= frames else
                                   times.reshape(steps, -1).mean(1),
                                   features.flatten().numpy())


@pytest.mark.parametrize(('available', 'clips', 'expected'), [
    (33, 32, list(range(1, 33))), (9, 2, [3, 6]), (1, 3, [0, 0, 0]),
    (3, 5, [0, 1, 1, 2, 2])])
def test_clip_centers(available, clips, expected):
    assert sample_clip_centers(available, clips).tolist() == expected


def test_clip_centers_are_even_and_leave_the_ends():
    rng = np.random.default_rng(0)
    for _ in range(100):
        available, wanted = rng.integers(1, 5000), rng.integers(1, 100)
        centers = sample_clip_centers(available, wanted)
        assert centers.dtype == np.int64 and len(centers) == wanted
        assert centers[0] >= 0 and centers[-1] < available
        steps = np.diff(centers)
        assert wanted == 1 or np.ptp(steps) <= 2
        assert abs(centers[0] + centers[-1] + .5 - available) <= 1.5


@pytest.mark.parametrize('fps', [3, 10, 23.976, 29.97, 60])
def test_a_list_shows_what_is_seen_at_its_times(fps):
    num_frames = 200
    appear = np.arange(num_frames) / fps
    listed = list_frames(appear, num_frames / fps, 2.0)
    times = (np.arange(len(listed)) + .4) / 2
    inside = listed < num_frames - 1
    shown = listed / fps
    assert (shown <= times)[inside].all()
    assert (times - shown < 1 / fps)[inside].all()
    assert abs(len(listed) - 1 - 2 * num_frames / fps) <= .5


@pytest.mark.parametrize('fps', [3, 10, 23.976, 29.97, 60])
@pytest.mark.parametrize('num_frames', [1, 7, 32, 200])
def test_even_times_show_the_clip_centers_of_a_constant_rate(fps,
                                                             num_frames):
    found = frames_at(np.arange(num_frames) / fps,
                      sample_center_times(num_frames / fps, 32))
    np.testing.assert_array_equal(found, sample_clip_centers(num_frames, 32))


def test_a_rate_that_varies_is_sampled_by_time():
    appear = np.r_[np.arange(150) / 30, 5 + np.arange(25.)]
    even = sample_center_times(30., 29)
    for times, found in (
            (even, frames_at(appear, even)),
            ((np.arange(61) + .4) / 2, list_frames(appear, 30., 2.))):
        late = times - appear[found]
        assert (late > -1e-5).all() and (late[times < 30] < 1).all()
        assert (late[times < 5] < 1 / 30).all()


@pytest.mark.parametrize('split', ['val', 'test'])
def test_the_rule_gives_the_frame_times_of_nextgqa(shared_dir, split):
    """Its list may be a frame longer or shorter: fps are rounded."""
    folder = shared_dir / 'data' / 'nextgqa'
    published = json.loads((folder / f'frame2time_{split}.json').read_text())
    rates = {video: entry['fps'] for video, entry in json.loads(
        (folder / f'gsub_{split}.json').read_text()).items()}
    with open(folder / f'{split}.csv') as file:
        counts = {row['video_id']: int(row['frame_count'])
                  for row in csv.DictReader(file)}
    exact = []
    for video in counts.keys() & rates.keys():
        times = np.array(published[video])
        appear = np.arange(counts[video]) / rates[video]
        size = len(list_frames(appear, counts[video] / rates[video], 2.0))
        off = [np.abs((sample_clip_centers(n) + .4) / 2 - times).max()
               for n in range(size - 2, size + 3)]
        assert min(off) < .01
        assert off[2] < .51
        exact.append(off[2] < .01)
    assert len(exact) in (567, 990) and np.mean(exact) > .85
