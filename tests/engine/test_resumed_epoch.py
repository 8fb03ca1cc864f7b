"""Where a run goes on whose epochs have other batches than before."""

import math
from types import SimpleNamespace

import pytest
import torch
from mmengine.optim import CosineAnnealingLR, MultiStepLR, OptimWrapper
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop
from torch.utils.data import DataLoader

from cra_plugin.engine.batch_layout import BatchLayout
from cra_plugin.engine.loops import ResumableEpochLoop
from cra_plugin.engine.resumed_epoch import RANDOM_STATES, continue_epoch
from cra_plugin.errors import InputError

SAMPLES = 40
STORED = {'batches_per_epoch': 10, 'batch_size': 4, 'world_size': 1,
          'num_samples': SAMPLES, 'seed': 3}


def make(batch_size=4, loop=ResumableEpochLoop, schedules=(), seed=3):
    loader = DataLoader(range(SAMPLES), batch_size=batch_size)
    loader.sampler.seed = seed
    return SimpleNamespace(
        train_dataloader=loader, train_loop=object.__new__(loop),
        param_schedulers=list(schedules), lines=(lines := []),
        logger=SimpleNamespace(warning=lines.append))


def go_on(runner, epoch, iteration, stored=STORED, states=False, **content):
    """The iteration at which the run goes on, and the warning."""
    checkpoint = {'meta': {'epoch': epoch, 'iter': iteration} | stored,
                  **({RANDOM_STATES: [{}]} if states else {}), **content}
    continue_epoch(runner, checkpoint, 'a.pth')
    assert (RANDOM_STATES in checkpoint) is (
        states and 'starts anew' not in ''.join(runner.lines))
    return checkpoint['meta']['iter'], ''.join(runner.lines)


@pytest.mark.parametrize(('epoch', 'iteration'), [
    (0, 0), (2, 20), (2, 23), (2, 30)])
def test_the_same_batches(epoch, iteration):
    assert go_on(make(), epoch, iteration, states=True) == (iteration, '')


@pytest.mark.parametrize(('iteration', 'expected', 'words'), [
    (20, 40, 'the weights will not be those of a run without a break'),
    (23, 40, 'epoch 3, which was begun, starts anew'), (30, 60, 'weights')])
def test_other_batches(iteration, expected, words):
    found, warning = go_on(make(2), 2, iteration, states=True)
    assert found == expected
    assert 'a.pth: batches_per_epoch was 10 and is 20, batch_size' in warning
    assert words in warning


@pytest.mark.parametrize('change', [
    {'world_size': 2, 'batch_size': 2}, {'num_samples': 39}, {'seed': 4}])
def test_as_many_batches_of_other_samples(change):
    found, warning = go_on(make(), 2, 23, STORED | change, states=True)
    assert found == 20 and 'starts anew' in warning
    (name, value), *_ = change.items()
    assert f'{name} was {value} and is ' in warning


def test_another_seed_counts_in_the_middle_only():
    assert go_on(make(seed=4), 2, 20) == (20, '')


@pytest.mark.parametrize(('epoch', 'iteration'), [
    (10**18, 20), (3, 20), (1, 21), (0, 10**18)])
def test_numbers_that_contradict_each_other(epoch, iteration):
    with pytest.raises(InputError, match=f'epoch {epoch} and iter'):
        go_on(make(), epoch, iteration)


@pytest.mark.parametrize(('epoch', 'iteration', 'states', 'expected'), [
    (2, 20, False, 20), (2, 26, False, 20), (2, 23, True, 23),
    (2, 10, True, 20), (2, 35, True, 20), (0, 3, True, 3)])
def test_a_checkpoint_that_tells_no_batches(epoch, iteration, states,
                                            expected):
    """The hooks of mmengine store none, and save at the ends of epochs."""
    found, warning = go_on(make(), epoch, iteration, {}, states)
    assert found == expected
    assert bool(warning) is (expected != iteration)


def test_other_loops():
    found, warning = go_on(make(loop=EpochBasedTrainLoop), 2, 23, states=True)
    assert found == 20 and 'no ResumableEpochLoop' in warning
    assert go_on(make(2, IterBasedTrainLoop), 0, 23) == (23, '')


def schedule(kind, batches, **settings):
    parameter = torch.nn.Parameter(torch.zeros(1))
    wrapper = OptimWrapper(torch.optim.SGD([parameter], lr=1.))
    return kind.build_iter_from_epoch(
        wrapper, epoch_length=batches, by_epoch=True, **settings)


def rate(each):
    return each.optimizer.param_groups[0]['lr']


@pytest.mark.parametrize('done', [0, 17, 20])
def test_schedules_are_stretched(done):
    """After half the epochs the cosine goes on to its end as if begun so."""
    settings = {'begin': 0, 'end': 4, 'eta_min': 0.}
    before = schedule(CosineAnnealingLR, 10, **settings)
    for _ in range(done):
        before.step()
    here = schedule(CosineAnnealingLR, 20, **settings)
    state = before.state_dict()
    go_on(make(2, schedules=[here]), done // 10, done,
          param_schedulers=[state])
    here.optimizer.param_groups[0]['lr'] = rate(before)
    here.load_state_dict(state)
    for step in range(2 * done, 79):
        closed = (1 + math.cos(math.pi * step / 80)) / 2
        assert rate(here) == pytest.approx(closed)
        here.step()


def test_schedules_in_iterations_of_the_config_stay():
    before, here = (MultiStepLR(OptimWrapper(torch.optim.SGD(
        [torch.nn.Parameter(torch.zeros(1))], lr=1.)), milestones=[15, 99],
        by_epoch=False) for _ in range(2))
    for _ in range(20):
        before.step()
    state = before.state_dict()
    kept = dict(state)
    go_on(make(2, schedules=[here]), 2, 20, param_schedulers=[state])
    assert state == kept


@pytest.mark.parametrize('meta', [
    {}, STORED | {'batch_size': None}, STORED | {'batch_size': -1},
    STORED | {'batches_per_epoch': 0}, STORED | {'world_size': '1'}])
def test_no_layout(meta):
    assert BatchLayout.read(meta) is None
