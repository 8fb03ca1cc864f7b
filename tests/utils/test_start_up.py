import gc

import pytest

from cra_plugin.annotations import nextgqa
from cra_plugin.utils import start_up
from cra_plugin.utils.start_up import resting_collector, wake_collector


def test_the_collector_rests_until_it_is_woken():
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    with resting_collector():
        assert gc.get_threshold() == (start_up._RESTING, *usual[1:])
        mine = [[]]
        wake_collector()
        assert gc.get_threshold() == usual
        assert gc.get_freeze_count() > frozen
        assert gc.is_tracked(mine)
        gc.set_threshold(*usual)
        wake_collector()
    assert gc.get_threshold() == usual


def test_whoever_does_not_wake_it_has_it_back_at_the_end():
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    with pytest.raises(ValueError, match='wrong'), resting_collector():
        raise ValueError('wrong')
    assert gc.get_threshold() == usual
    wake_collector()
    assert gc.get_freeze_count() == frozen


def test_a_run_rests_while_it_reads_and_not_while_it_trains(
        run_here, causal_options, as_arguments, tmp_path, monkeypatch):
    from cra_plugin.datasets import nextgqa as dataset
    from cra_plugin.engine.loops.resumable_epoch_loop import (
        ResumableEpochLoop,
    )

    usual, seen = gc.get_threshold(), {}
    train = ResumableEpochLoop.run_iter

    def reading(*given):
        seen['reading'] = gc.get_threshold()[0]
        return nextgqa.read_nextgqa(*given)

    def training(self, *given):
        seen['training'] = gc.get_threshold()
        return train(self, *given)

    monkeypatch.setattr(dataset, 'read_nextgqa', reading)
    monkeypatch.setattr(ResumableEpochLoop, 'run_iter', training)
    status, _, errors = run_here(
        'train.py', 'configs/cra_nextgqa.py', '--work-dir', tmp_path,
        *as_arguments(causal_options))
    assert status == 0, errors
    assert seen == {'reading': start_up._RESTING, 'training': usual}
    assert gc.get_threshold() == usual
