"""What several processes leave is found, joined and removed."""

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.partial_parts import (
    PartialParts,
    remove_all,
)
from cra_plugin.feature_extraction.sampled_video import VideoTimes

IDENTITY = dict(encoder='a', batch_videos=4)
SHAPE = (200, 2, 3)
STATES = [[row, 1] for row in range(200)]
TIMES = VideoTimes(1.5, [.5, 1.0])


@pytest.fixture
def out(tmp_path):
    """Of an odd name; two processes have finished a row each."""
    out = tmp_path / 'a[1]*.h5'
    parts = PartialParts(out, IDENTITY, SHAPE, STATES)
    parts.open_whole().add([0], np.zeros((1, 2, 3)), [TIMES])
    for rank in (1, 2):
        part = parts.open_part('ab12', rank)
        assert part.finished == {}
        part.add([rank], np.full((1, 2, 3), rank), [TIMES])
    return out


def test_the_parts_of_a_killed_run_are_taken_over(out):
    whole = PartialParts(out, IDENTITY, SHAPE, STATES).open_whole()
    assert list(whole.finished) == [0, 1, 2]
    assert whole.features[:3, 0, 0].tolist() == [0, 1, 2]
    assert len(list(out.parent.iterdir())) == 2
    again = PartialParts(out, IDENTITY, SHAPE, STATES).open_whole()
    assert list(again.finished) == [0, 1, 2]


def test_many_rows_are_joined(out):
    """More than are copied at a time, but for what is there."""
    parts = PartialParts(out, IDENTITY, SHAPE, STATES)
    whole = parts.open_whole()
    part = parts.open_part('cd34', 1)
    rows = list(range(0, 200, 2))
    part.add(rows, np.tile(np.array(rows, float)[:, None, None], (2, 3)) + 5,
             [TIMES] * len(rows))
    parts.join(whole, 'cd34', 2)
    assert sorted(whole.finished) == sorted({1, *rows})
    assert whole.features[[0, 1, 2, 4, 198], 0, 0].tolist() == [
        0, 1, 2, 9, 203]


def test_a_part_takes_little_room(tmp_path):
    shape = (1000, 32, 768)
    parts = PartialParts(tmp_path / 'a.h5', IDENTITY, shape, [None] * 1000)
    parts.open_part('ab12', 1).add(
        [999], np.ones((1, *shape[1:])), [VideoTimes(1., [1.] * 32)])
    (file, ) = tmp_path.glob('*.npy')
    assert file.stat().st_size > 98e6
    assert file.stat().st_blocks * 512 < 2e6


@pytest.mark.parametrize('change', [
    dict(encoder='b', batch_videos=4), dict(encoder='a', batch_videos=2)])
def test_parts_of_another_extraction_are_refused(out, change):
    for path in out.parent.glob('*.partial.jsonl'):
        if '.partial.1-' not in path.name:
            path.unlink()
    with pytest.raises(InputError, match=r'partial\.1-ab12\.partial\.jsonl'):
        PartialParts(out, change, SHAPE, STATES).open_whole()
    assert len(list(out.parent.glob('*.partial.1-*'))) == 2


def test_nothing_is_left(out):
    (out.parent / 'a[1]*.h5.partial.3-ab12.partial.npy').touch()
    remove_all(out)
    assert list(out.parent.iterdir()) == []
