"""Runs that are killed at any moment end with the weights of unbroken ones.

The processes are forked, so that they need not import torch again.
"""

import random
import signal

import pytest
import torch

from cra_plugin.apis.train import train
from tests.helpers.forked_run import ForkedRun, kill_in, train_reporting

pytestmark = pytest.mark.skipif(
    torch.cuda.is_available(), reason='CUDA does not survive a fork')

EPOCHS = 6


@pytest.fixture(scope='module')
def config(either_model):
    return either_model.config


@pytest.fixture(scope='module')
def options(either_model):
    return either_model.options | {
        'log_level': 'ERROR', 'train_cfg.max_epochs': EPOCHS,
        'optim_wrapper.optimizer.lr': 1e-3, 'val_dataloader.batch_size': 2}


@pytest.fixture(scope='module')
def unbroken(tmp_path_factory, config, options):
    folder = tmp_path_factory.mktemp('unbroken')
    # Here, so that the forked processes find all imports done.
    train(config, str(folder), options=options)
    return folder


def finish(folder, config, options):
    run = ForkedRun(folder, train_reporting, None, config, folder, options,
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


@pytest.mark.parametrize(('either_model', 'kind', 'most'), [
    ('cra_nextgqa', 'training', 7), ('cra_nextgqa', 'validation', 3),
    ('cra_nextgqa', 'writing', 3),
    ('cra_frozenbilm_nextgqa', 'training', 7)],
    indirect=['either_model'], scope='module')
def test_killed_at_five_random_moments(kind, most, unbroken, config,
                                       options, tmp_path):
    rng = random.Random(kind)
    folder = tmp_path / kind
    killed = [kill_in(kind, rng.randint(1, most), config, folder, options,
                      rng) for _ in range(5)]
    assert all(killed)
    finish(folder, config, options)
    assert_same_end(folder, unbroken)


@pytest.mark.parametrize(('either_model', 'kind', 'number', 'told'), [
    ('cra_nextgqa', 'training', 1, signal.SIGTERM),
    ('cra_nextgqa', 'training', 8, signal.SIGINT),
    ('cra_nextgqa', 'training', 3, signal.SIGHUP),
    ('cra_nextgqa', 'validation', 4, signal.SIGTERM),
    ('cra_nextgqa', 'writing', 2, signal.SIGINT)],
    indirect=['either_model'], scope='module')
def test_a_signal_saves_and_exits(kind, number, told, unbroken, config,
                                  options, tmp_path):
    folder = tmp_path / kind
    run = ForkedRun(folder, train_reporting, kind, config, folder, options)
    assert run.wait_for(number)
    run.kill(told)
    assert run.wait() == 128 + told, run.errors
    assert 'Traceback' not in run.errors
    saved = sorted(path.name for path in folder.glob('interrupted_*.pth'))
    if kind == 'training':
        assert len(saved) == 1
    assert (folder / 'last_checkpoint').is_file()
    finish(folder, config, options)
    assert_same_end(folder, unbroken)
