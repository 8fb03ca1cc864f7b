import gc

import pytest

from cra_plugin.annotations import nextgqa
from cra_plugin.utils import start_up
from cra_plugin.utils.start_up import resting_collector, wake_collector


@pytest.fixture
def frozen(monkeypatch):
    """Ends with one entry for each time that the collector was woken."""
    times = []
    monkeypatch.setattr(gc, 'freeze', lambda: times.append('frozen'))
    return times


def test_the_collector_rests_until_it_is_woken(frozen):
    usual = gc.get_threshold()
    with resting_collector():
        assert gc.get_threshold() == (start_up._RESTING, *usual[1:])
        assert not frozen
        wake_collector()
        assert gc.get_threshold() == usual and len(frozen) == 1
        wake_collector()
    assert gc.get_threshold() == usual and len(frozen) == 1


def test_whoever_does_not_wake_it_has_it_back_at_the_end(frozen):
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match='wrong'), resting_collector():
        raise ValueError('wrong')
    assert gc.get_threshold() == usual
    wake_collector()
    assert not frozen


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
