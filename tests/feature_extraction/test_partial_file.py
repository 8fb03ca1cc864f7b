"""What a killed run leaves can be gone on with, or is refused."""

import json

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.partial_file import (
    PartialFile,
    remove_partial,
)
from cra_plugin.feature_extraction.sampled_video import VideoTimes
from tests.helpers.flipped_bits import flipped

IDENTITY = dict(encoder='a', batch_videos=4)
SHAPE = (4, 2, 3)
TIMES = VideoTimes(1.5, [.5, 1.0])
STATES = [[10, 1], [20, 2], None, [40, 4]]


@pytest.fixture
def out(tmp_path):
    """Rows 1 and 3 are finished."""
    out = tmp_path / 'features.h5'
    PartialFile(out, IDENTITY, SHAPE, STATES).add(
        [1, 3], np.arange(12.).reshape(2, 2, 3), [TIMES, TIMES])
    return out


def log(out):
    return out.with_name('features.h5.partial.jsonl')


def data(out):
    return out.with_name('features.h5.partial.npy')


def test_it_goes_on(out):
    partial = PartialFile(out, IDENTITY, SHAPE, STATES)
    assert partial.finished == {1: TIMES, 3: TIMES}
    assert partial.features[3].tolist() == [[6, 7, 8], [9, 10, 11]]
    partial.add([0], np.ones((1, 2, 3)), [TIMES])
    again = PartialFile(out, IDENTITY, SHAPE, STATES)
    assert sorted(again.finished) == [0, 1, 3]
    assert (again.features[0] == 1).all()


@pytest.mark.parametrize('length', [1, 20, -1])
def test_a_cut_off_line_is_dropped(out, length):
    lines = log(out).read_bytes().splitlines(keepends=True)
    log(out).write_bytes(b''.join(lines[:2]) + lines[2][:length])
    assert sorted(PartialFile(out, IDENTITY, SHAPE, STATES).finished) == [1]
    assert log(out).read_bytes() == b''.join(lines[:2])


def test_a_cut_off_beginning_is_begun_anew(out):
    log(out).write_bytes(log(out).read_bytes()[:9])
    assert PartialFile(out, IDENTITY, SHAPE, STATES).finished == {}
    assert PartialFile(out, IDENTITY, SHAPE, STATES).finished == {}


@pytest.mark.parametrize(('identity', 'shape', 'words'), [
    (dict(encoder='b', batch_videos=4), SHAPE, 'encoder'),
    (dict(encoder='a', batch_videos=2), SHAPE, 'batch_videos'),
    (IDENTITY, (5, 2, 3), 'shape')])
def test_other_settings_are_refused(out, identity, shape, words):
    before = log(out).read_bytes()
    with pytest.raises(InputError, match=f'another {words}.*remove'):
        PartialFile(out, identity, shape, STATES)
    assert log(out).read_bytes() == before


@pytest.mark.parametrize('text', [
    'no json\n', '[]\n', '{"a": 1}\n{}\n', '{}\n{"row": 1, "x": 2}\n',
    *(f'{{}}\n{{"row": 1, "file": null, {times}}}\n' for times in (
        '"duration": 3, "frame_times": [1]',
        '"duration": 3, "frame_times": [1, "2"]',
        '"duration": [], "frame_times": [1, 2]',
        '"duration": 3, "frame_times": [1, NaN]',
        '"duration": 3, "frame_times": 7'))])
def test_a_damaged_log_is_refused(out, text):
    log(out).write_text(text)
    with pytest.raises(InputError, match=r'partial\.jsonl: found'):
        PartialFile(out, IDENTITY, SHAPE, STATES)


def test_damaged_features_are_refused(out):
    data(out).write_bytes(data(out).read_bytes()[:-8])
    with pytest.raises(InputError, match='other features beside it'):
        PartialFile(out, IDENTITY, SHAPE, STATES)
    data(out).unlink()
    with pytest.raises(InputError, match='other features beside it'):
        PartialFile(out, IDENTITY, SHAPE, STATES)
    np.save(data(out), np.zeros((4, 2, 5), np.float32))
    with pytest.raises(InputError, match=r'of \(4, 2, 5\)'):
        PartialFile(out, IDENTITY, SHAPE, STATES)


@pytest.mark.parametrize('state', [[21, 2], [20, 3], 'x'])
def test_a_video_that_has_changed_is_not_finished(out, state):
    """Its features are those of another video."""
    states = [STATES[0], state, *STATES[2:]]
    partial = PartialFile(out, IDENTITY, SHAPE, states)
    assert sorted(partial.finished) == [3]
    partial.add([1], np.full((1, 2, 3), 5), [TIMES])
    again = PartialFile(out, IDENTITY, SHAPE, states)
    assert sorted(again.finished) == [1, 3] and (again.features[1] == 5).all()
    assert sorted(PartialFile(out, IDENTITY, SHAPE, STATES).finished) == [3]


def test_a_video_that_is_gone_stays_finished(out):
    partial = PartialFile(out, IDENTITY, SHAPE, [None] * 4)
    assert sorted(partial.finished) == [1, 3]


def test_nothing_is_left(out):
    remove_partial(out)
    remove_partial(out)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize('change', [
    lambda out: data(out).write_bytes(flipped(
        data(out).read_bytes(), 8 * data(out).stat().st_size - 3)),
    lambda out: log(out).write_bytes(
        log(out).read_bytes().replace(b'"row": 3', b'"row": 2')),
    lambda out: log(out).write_bytes(b'0.25'.join(
        log(out).read_bytes().rsplit(b'0.5', 1)))])
def test_what_has_changed_is_done_again(out, change):
    change(out)
    assert list(PartialFile(out, IDENTITY, SHAPE, STATES).finished) == [1]


def test_lines_without_a_digest_are_read(out):
    lines = map(json.loads, log(out).read_text().splitlines())
    log(out).write_text(''.join(json.dumps({
        key: value for key, value in line.items() if key != 'sha256'}) + '\n'
        for line in lines))
    assert list(PartialFile(out, IDENTITY, SHAPE, STATES).finished) == [1, 3]
