"""Runs that are killed at any moment end with the weights of unbroken ones.

The processes are forked, so that they need not import torch again.
"""

import random
import signal
from pathlib import Path

import pytest
import torch

from cra_plugin.apis.train import train
from tests.helpers.forked_run import ForkedRun, kill_in, train_reporting

pytestmark = pytest.mark.skipif(
    torch.cuda.is_available(), reason='CUDA does not survive a fork')

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')
EPOCHS = 6


@pytest.fixture(scope='module')
def options(causal_options):
    return causal_options | {
        'log_level': 'ERROR', 'train_cfg.max_epochs': EPOCHS,
        'optim_wrapper.optimizer.lr': 1e-3, 'val_dataloader.batch_size': 2}


@pytest.fixture(scope='module')
def unbroken(tmp_path_factory, options):
    folder = tmp_path_factory.mktemp('unbroken')
    # Here, so that the forked processes find all imports done.
    train(CONFIG, str(folder), options=options)
    return folder


def finish(folder, options):
    run = ForkedRun(folder, train_reporting, None, CONFIG, folder, options,
                    resume='auto')
    assert run.wait() == 0, run.errors


def load(path):
    return torch.load(path, weights_only=False)


def assert_equal(found, expected, where=''):
    """Equal to the last bit, through all containers."""
    if isinstance(expected, torch.Tensor):
        assert torch.equal(found, expected), where
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys(), where
        for key in expected:
            assert_equal(found[key], expected[key], f'{where}/{key}')
    elif isinstance(expected, (list, tuple)):
        assert len(found) == len(expected), where
        for index, value in enumerate(expected):
            assert_equal(found[index], value, f'{where}/{index}')
    else:
        assert found == expected, where


def assert_same_end(folder, unbroken):
    """The same checkpoints: weights, optimizer, schedule, best epoch."""
    names = [sorted(path.name for path in place.glob('*.pth'))
             for place in (folder, unbroken)]
    assert names[0] == names[1]
    for name in names[1]:
        found, expected = load(folder / name), load(unbroken / name)
        for part in ('state_dict', 'optimizer', 'param_schedulers'):
            assert_equal(found.get(part), expected.get(part), name)
        for key in ('epoch', 'iter', 'seed'):
            assert found['meta'][key] == expected['meta'][key]
        best = [each['message_hub']['runtime_info'].get('best_score')
                for each in (found, expected)]
        assert best[0] == best[1]
    assert not list(folder.glob('.*.pth'))


@pytest.mark.parametrize(('kind', 'most'), [
    ('training', 7), ('validation', 3), ('writing', 3)])
def test_killed_at_five_random_moments(kind, most, unbroken, options,
                                       tmp_path):
    rng = random.Random(kind)
    folder = tmp_path / kind
    killed = [kill_in(kind, rng.randint(1, most), CONFIG, folder, options,
                      rng) for _ in range(5)]
    assert all(killed)
    finish(folder, options)
    assert_same_end(folder, unbroken)


@pytest.mark.parametrize(('kind', 'number', 'told'), [
    ('training', 1, signal.SIGTERM), ('training', 8, signal.SIGINT),
    ('training', 3, signal.SIGHUP), ('validation', 4, signal.SIGTERM),
    ('writing', 2, signal.SIGINT)])
def test_a_signal_saves_and_exits(kind, number, told, unbroken, options,
                                  tmp_path):
    folder = tmp_path / kind
    run = ForkedRun(folder, train_reporting, kind, CONFIG, folder, options)
    assert run.wait_for(number)
    run.kill(told)
    assert run.wait() == 128 + told, run.errors
    assert 'Traceback' not in run.errors
    saved = sorted(path.name for path in folder.glob('interrupted_*.pth'))
    if kind == 'training':
        assert len(saved) == 1
    assert (folder / 'last_checkpoint').is_file()
    finish(folder, options)
    assert_same_end(folder, unbroken)
