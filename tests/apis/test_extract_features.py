"""From videos to a feature file, whatever happens on the way."""

import json

import h5py
import numpy as np
import pytest

from cra_plugin.apis.extract_features import (
    ExtractionSettings,
    extract_features,
)
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.errors import InputError
from tests.feature_extraction.toy_encoder import MeanColor

# Of the mixed clips, in the order of their ids; the red of their grounds.
READABLE = {'slow': 40, 'fast': 80, 'tall': 120, 'short': 160, 'single': 200,
            'turned': 100}
SETTINGS = ExtractionSettings(num_frames=4, batch_size=8, num_workers=2)


def extract(clips, out, encoder=None, settings=SETTINGS, ids=None):
    return extract_features(clips, ids or clips / 'ids.txt',
                            encoder or MeanColor(), out, settings,
                            progress=False)


@pytest.fixture
def readable_ids(tmp_path):
    path = tmp_path / 'ids.txt'
    path.write_text('\n'.join(READABLE))
    return path


def test_features_times_and_report(mixed_clips, tmp_path):
    encoder = MeanColor()
    out = tmp_path / 'new' / 'features_val.h5'
    summary = extract(mixed_clips, out, encoder)
    store = FeatureStore(str(out), 'CLIPL_I', 3)
    assert store.video_ids == list(READABLE) and store.num_frames == 4
    for video, red in READABLE.items():
        # The square takes at most a ninth of the ground; red 230.
        assert red - 8 < store[video][0, 0] < red + 30
    assert store.times.durations['fast'] == pytest.approx(3.337)
    frame2time = json.loads((out.parent / 'frame2time_val.json').read_text())
    assert {video: times.tolist() for video, times in
            store.times.frame_times.items()} == frame2time
    assert frame2time['slow'] == [.8, 1.6, 2.4, 3.2]
    report = json.loads(summary.report_file.read_text())
    assert report['skipped'] == summary.skipped
    assert (report['videos'], report['extracted']) == (10, 6)
    assert list(summary.skipped) == ['corrupt', 'empty', 'cut', 'missing']
    assert summary.skipped['missing'] == 'no such file'
    assert summary.skipped['empty'] == 'the file is empty'
    # Two videos per batch, of ids that follow one another.
    assert encoder.batches == [1, 2, 1, 2]
    assert '6 videos; 4 skipped' in str(summary)


@pytest.mark.parametrize('fail_after', [0, 1, 2, 3])
def test_a_killed_run_ends_with_the_same_bytes(mixed_clips, tmp_path,
                                               fail_after):
    extract(mixed_clips, tmp_path / 'a' / 'features.h5')
    out = tmp_path / 'b' / 'features.h5'
    with pytest.raises(KeyboardInterrupt):
        extract(mixed_clips, out, MeanColor(fail_after))
    assert not out.exists()
    extract(mixed_clips, out, second := MeanColor())
    assert len(second.batches) == 4 - fail_after
    for name in ('features.h5', 'features.h5.frame2time.json',
                 'features.h5.report.json'):
        assert (tmp_path / 'a' / name).read_bytes() == (
            tmp_path / 'b' / name).read_bytes()


def test_nothing_is_done_twice(mixed_clips, readable_ids, tmp_path):
    out = tmp_path / 'features.h5'
    first = extract(mixed_clips, out, ids=readable_ids)
    before = out.stat().st_mtime_ns
    encoder = MeanColor()
    assert extract(mixed_clips, out, encoder, ids=readable_ids) == first
    assert encoder.batches == [] and out.stat().st_mtime_ns == before
    assert not list(tmp_path.glob('*.partial*'))


def test_other_settings_replace_a_finished_file(mixed_clips, readable_ids,
                                                tmp_path):
    out = tmp_path / 'features.h5'
    extract(mixed_clips, out, ids=readable_ids)
    extract(mixed_clips, out, ids=readable_ids, settings=ExtractionSettings(
        num_frames=3, dtype='float16', key='frames', decoder='decord'))
    with h5py.File(out) as file:
        assert file['frames'].shape == (5, 3, 3)  # decord: no AVI
        assert file['frames'].dtype == np.float16


def test_skipped_videos_are_tried_again(mixed_clips, tmp_path):
    folder = tmp_path / 'clips'
    folder.mkdir()
    for name in ('slow.mp4', 'corrupt.mp4', 'fast.mp4', 'ids.txt'):
        (folder / name).write_bytes((mixed_clips / name).read_bytes())
    (folder / 'ids.txt').write_text('slow\ncorrupt\nfast\n')
    out = tmp_path / 'features.h5'
    assert list(extract(folder, out).skipped) == ['corrupt']
    (folder / 'corrupt.mp4').write_bytes(
        (mixed_clips / 'tall.avi').read_bytes())
    encoder = MeanColor()
    assert extract(folder, out, encoder).skipped == {}
    assert encoder.batches == [1]
    store = FeatureStore(str(out))
    assert store.video_ids == ['slow', 'corrupt', 'fast']
    assert store['corrupt'][0, 0] == pytest.approx(120, abs=20)


@pytest.fixture
def changing(mixed_clips, tmp_path):
    """A folder of three clips that may be changed, and their ids."""
    folder = tmp_path / 'clips'
    folder.mkdir()
    for name in ('slow.mp4', 'fast.mp4', 'tall.avi'):
        (folder / name).write_bytes((mixed_clips / name).read_bytes())
    (folder / 'ids.txt').write_text('slow\nfast\ntall\n')
    return folder


@pytest.mark.parametrize('finished', [True, False])
def test_other_videos_under_the_same_ids(changing, tmp_path, finished):
    """Of a killed run, only what has changed is done again."""
    out = tmp_path / 'features.h5'
    if finished:
        extract(changing, out)
    else:
        with pytest.raises(KeyboardInterrupt):
            extract(changing, out, MeanColor(1))
    (changing / 'slow.mp4').write_bytes(
        (changing / 'tall.avi').read_bytes())
    extract(changing, out, encoder := MeanColor())
    assert encoder.batches == ([2, 1] if finished else [1, 1])
    assert FeatureStore(str(out))['slow'][0, 0] == pytest.approx(120, abs=20)


@pytest.mark.parametrize('value', [None, 'x', [], True])
@pytest.mark.parametrize('field', ['extracted', 'video_files', 'skipped'])
def test_a_damaged_report_is_of_no_finished_run(changing, tmp_path, field,
                                                value):
    out = tmp_path / 'features.h5'
    report = extract(changing, out).report_file
    content = json.loads(report.read_text())
    report.write_text(json.dumps(content | {field: value}))
    encoder = MeanColor()
    assert extract(changing, out, encoder).num_videos == 3
    assert encoder.batches == [2, 1]


def test_videos_that_are_gone_cost_no_features(changing, tmp_path):
    out = tmp_path / 'features.h5'
    extract(changing, out)
    for name in ('slow.mp4', 'fast.mp4'):
        (changing / name).unlink()
    assert extract(changing, out, MeanColor(0)).num_videos == 3


def test_an_unfinished_run_with_other_settings_is_refused(mixed_clips,
                                                          tmp_path):
    out = tmp_path / 'features.h5'
    with pytest.raises(KeyboardInterrupt):
        extract(mixed_clips, out, MeanColor(1))
    with pytest.raises(InputError, match='another batch_videos'):
        extract(mixed_clips, out, settings=ExtractionSettings(num_frames=4))
    assert not out.exists()


@pytest.mark.parametrize('workers', [1, 5])
def test_workers_and_batches_make_no_difference(mixed_clips, tmp_path,
                                                workers):
    extract(mixed_clips, tmp_path / 'a.h5')
    extract(mixed_clips, tmp_path / 'b.h5', settings=ExtractionSettings(
        num_frames=4, batch_size=4 * workers, num_workers=workers))
    with (h5py.File(tmp_path / 'a.h5') as first,
          h5py.File(tmp_path / 'b.h5') as second):
        for key in ('CLIPL_I', 'vid', 'duration', 'frame_times'):
            assert (first[key][()] == second[key][()]).all()


def test_no_video_at_all(mixed_clips, tmp_path):
    (tmp_path / 'ids.txt').write_text('missing\ncorrupt\n')
    with pytest.raises(InputError, match=r'none of 2 .*no such file'):
        extract(mixed_clips, tmp_path / 'a.h5', ids=tmp_path / 'ids.txt')
    assert not (tmp_path / 'a.h5').exists()
    report = json.loads((tmp_path / 'a.h5.report.json').read_text())
    assert list(report['skipped']) == ['missing', 'corrupt']


def test_features_that_are_not_finite_are_refused(mixed_clips, tmp_path):
    class Broken(MeanColor):
        def encode(self, videos):
            return super().encode(videos) * np.nan

    with pytest.raises(InputError, match='NaN or infinite'):
        extract(mixed_clips, tmp_path / 'a.h5', Broken())
    assert not (tmp_path / 'a.h5').exists()


@pytest.mark.parametrize(('setting', 'value', 'option'), [
    ('num_frames', 0, '--num-frames'), ('num_workers', -1, '--workers'),
    ('batch_size', 0, '--batch-size'), ('list_fps', float('nan'),
                                        '--list-fps'),
    ('key', 'vid', '--key'), ('dtype', 'int8', '--dtype')])
def test_settings_that_make_no_sense(setting, value, option):
    with pytest.raises(InputError, match=option):
        ExtractionSettings(**{setting: value})


def test_what_is_no_file_takes_no_features(mixed_clips):
    with pytest.raises(InputError, match='/dev/null: found a device'):
        extract(mixed_clips, '/dev/null')
