from types import SimpleNamespace

import pytest

from cra_plugin.engine.loops import ResumableEpochLoop
from cra_plugin.registry import LOOPS


@pytest.mark.parametrize(('epoch', 'iteration', 'expected'), [
    (0, 0, [0, 1, 2, 3]), (2, 8, [0, 1, 2, 3]), (2, 10, [2, 3]),
    (1, 8, [])])
def test_leaves_out_what_was_done(epoch, iteration, expected):
    assert LOOPS.get('cra_plugin.ResumableEpochLoop') is ResumableEpochLoop
    loop = object.__new__(ResumableEpochLoop)
    calls = []
    loop._runner = SimpleNamespace(
        call_hook=lambda name, **_: calls.append(name),
        model=SimpleNamespace(train=lambda: None))
    loop.dataloader = 'abcd'
    loop._epoch, loop._iter = epoch, iteration
    loop.run_iter = lambda index, batch: calls.append((index, batch))
    loop.run_epoch()
    assert calls == ['before_train_epoch',
                     *((index, 'abcd'[index]) for index in expected),
                     'after_train_epoch']
    assert loop.epoch == epoch + 1
