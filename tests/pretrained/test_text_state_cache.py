"""Token states in files: whole, or missing."""

import numpy as np
import pytest

from cra_plugin.pretrained.text_state_cache import TextStateCache

WIDTH = 4


def states(seed, length=3):
    return np.random.default_rng(seed).normal(
        size=(length, WIDTH)).astype(np.float16)


@pytest.fixture
def keys():
    return [TextStateCache.key(np.arange(number)) for number in range(1, 6)]


def test_what_is_kept_comes_back_in_later_runs(tmp_path, keys):
    for run in range(2):
        cache = TextStateCache(tmp_path, WIDTH)
        for key in keys[2 * run:2 * run + 2]:
            assert cache.get(key) is None
            cache.put(key, states(len(cache), 2 + len(cache)))
    again = TextStateCache(tmp_path, WIDTH)
    assert len(again) == 4 and again.get(keys[4]) is None
    for number, key in enumerate(keys[:4]):
        np.testing.assert_array_equal(again.get(key),
                                      states(number, 2 + number))


def test_two_processes_write_side_by_side(tmp_path, keys):
    first, second = (TextStateCache(tmp_path, WIDTH) for _ in range(2))
    first.put(keys[0], states(0))
    second.put(keys[0], states(0))
    second.put(keys[1], states(1))
    assert len(list(tmp_path.glob('*.index'))) == 2
    again = TextStateCache(tmp_path, WIDTH)
    np.testing.assert_array_equal(again.get(keys[1]), states(1))


@pytest.mark.parametrize('suffix', ['.states', '.index'])
@pytest.mark.parametrize('kept', range(0, 110, 7))
def test_what_a_killed_run_leaves(tmp_path, keys, suffix, kept):
    """Cut anywhere: a right value or none."""
    cache = TextStateCache(tmp_path, WIDTH)
    for number, key in enumerate(keys[:4]):
        cache.put(key, states(number))
    file, = tmp_path.glob(f'*{suffix}')
    file.write_bytes(file.read_bytes()[:kept])
    again = TextStateCache(tmp_path, WIDTH)
    for number, key in enumerate(keys[:4]):
        found = again.get(key)
        assert found is None or (found == states(number)).all()


def test_a_changed_bit_is_no_value(tmp_path, keys):
    cache = TextStateCache(tmp_path, WIDTH)
    cache.put(keys[0], states(0))
    file, = tmp_path.glob('*.states')
    content = bytearray(file.read_bytes())
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        file.write_bytes(changed)
        assert TextStateCache(tmp_path, WIDTH).get(keys[0]) is None
