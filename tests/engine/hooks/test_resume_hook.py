"""A real checkpoint, changed in one place, and what the hook says of it."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from cra_plugin.apis.train import train
from cra_plugin.engine.hooks import ResumeHook
from cra_plugin.errors import InputError
from cra_plugin.registry import HOOKS

CONFIG = str(Path(__file__).resolve().parents[3] / 'configs/cra_nextgqa.py')
LOST = object()


@pytest.fixture(scope='module')
def runner(tmp_path_factory, causal_options):
    """One that has trained two epochs."""
    folder = tmp_path_factory.mktemp('run')
    runner = train(CONFIG, str(folder), options=causal_options | {
        'log_level': 'ERROR'})
    runner._resume, runner._load_from = True, str(folder / 'epoch_2.pth')
    return runner


@pytest.fixture
def checkpoint(runner):
    """What the runner saved."""
    return torch.load(runner._load_from, weights_only=False)


@pytest.fixture
def warnings(runner, monkeypatch):
    lines = []
    monkeypatch.setattr(runner.logger, 'warning', lines.append)
    return lines


def resume(runner, checkpoint):
    ResumeHook().after_load_checkpoint(runner, checkpoint)


def put(content, path, value):
    """Set, or take out, what is at a dotted path."""
    *parents, last = path.split('/')
    for each in parents:
        content = content[int(each) if each.isdecimal() else each]
    last = int(last) if last.isdecimal() else last
    if value is LOST:
        del content[last]
    else:
        content[last] = value


def test_a_whole_one_is_taken_as_it_is(runner, checkpoint, warnings):
    assert HOOKS.get('cra_plugin.ResumeHook') is ResumeHook
    loader = runner.train_dataloader
    assert checkpoint['meta']['batches_per_epoch'] == len(loader)
    assert checkpoint['meta']['batch_size'] == loader.batch_size
    assert checkpoint['meta']['world_size'] == 1
    assert checkpoint['meta']['num_samples'] == len(loader.dataset)
    before = copy.deepcopy(checkpoint)
    resume(runner, checkpoint)
    assert warnings == []
    assert checkpoint['meta'] == before['meta']
    assert checkpoint['param_schedulers'] == before['param_schedulers']
    for name, history in checkpoint['message_hub']['log_scalars'].items():
        was = before['message_hub']['log_scalars'][name]
        for got, expected in zip(history.data, was.data):
            np.testing.assert_array_equal(got, expected)


GROUP = 'optimizer/param_groups/0'
SCALARS = 'message_hub/log_scalars'
INFO = 'message_hub/runtime_info'


@pytest.mark.parametrize(('path', 'value', 'words'), [
    ('meta', 'x', 'meta: found a str'), ('meta', LOST, 'meta: found nothing'),
    ('meta/epoch', -1, 'meta.epoch: found -1'),
    ('meta/epoch', '2', 'meta.epoch: found a str'),
    ('meta/epoch', True, 'meta.epoch: found True'),
    ('meta/epoch', 10**18, 'epoch 1000000000000000000 and iter'),
    ('meta/iter', 2.5, 'meta.iter: found 2.5'),
    ('meta/iter', 10**18, 'iter 1000000000000000000 with'),
    ('meta/iter', LOST, 'meta.iter: found nothing'),
    ('meta/seed', -1, 'meta.seed: found -1'),
    ('state_dict', [1], 'state_dict: found a list'),
    ('state_dict', {'a': torch.ones(1)}, 'weights of another model'),
    ('state_dict/temporal_encoder.norm.weight', torch.ones(3),
     r'norm.weight has the shape \(3,\)'),
    ('state_dict/temporal_encoder.norm.weight', torch.ones(32).bool(),
     'norm.weight is of torch.bool'),
    ('state_dict/temporal_encoder.norm.weight', 'x',
     'norm.weight.: found a str'),
    ('message_hub', LOST, 'message_hub: found nothing'),
    (SCALARS, [], 'log_scalars: found a list'),
    (f'{SCALARS}/train/loss', 3, r'loss: found 3'),
    (f'{INFO}/best_ckpt', 3, 'best_ckpt: found 3'),
    (f'{INFO}/best_score', 'x', 'best_score: found a str'),
    (f'{INFO}/keep_ckpt_ids', ['../../x'], 'keep_ckpt_ids: found a list'),
    ('optimizer', [], 'optimizer: .*a list'),
    ('optimizer/state', {}, 'optimizer: .*no moments'),
    ('optimizer/state/0/exp_avg', torch.ones(3), 'a wrong exp_avg of para'),
    ('optimizer/state/0/step', 'x', 'a wrong step of parameter 0'),
    ('optimizer/state/1/exp_avg', LOST, 'another state of parameter 1'),
    ('optimizer/state/2', [], 'no state of parameter 2'),
    ('optimizer/state', {-1: {}}, 'the state of a parameter -1'),
    ('optimizer/param_groups', [], 'other groups of parameters'),
    (f'{GROUP}/params', [0, 1], 'other parameters'),
    (f'{GROUP}/lr', float('nan'), 'lr=nan'),
    (f'{GROUP}/betas', .9, 'betas=0.9'),
    (f'{GROUP}/amsgrad', False, None),
    ('param_schedulers', 3, 'a int of schedules'),
    ('param_schedulers/0', {}, 'another kind of schedule'),
    ('param_schedulers/1/T_max', '5', "T_max='5'"),
    ('param_schedulers/1/T_max', 0, 'ZeroDivisionError'),
    ('random_states', [{'torch': torch.ones(3)}], 'random_states: .*Error'),
    ('random_states', 3, 'random_states: .*Error'),
    ('ema_state_dict', [], 'ema_state_dict: found a list'),
    ('ema_state_dict', {'module.x': torch.ones(1)}, 'ema_state_dict.module.x'),
])
def test_parts_of_other_kinds(runner, checkpoint, path, value, words):
    if path == f'{SCALARS}/train/loss':
        checkpoint['message_hub']['log_scalars']['train/loss'] = value
    else:
        put(checkpoint, path, value)
    if words is None:
        resume(runner, checkpoint)
        return
    with pytest.raises(InputError, match=words) as caught:
        resume(runner, checkpoint)
    assert str(caught.value).startswith(runner._load_from)


@pytest.mark.parametrize('other', [
    torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adagrad])
def test_the_optimizer_of_another_kind(runner, checkpoint, other):
    """Also where the checkpoint does not tell its config."""
    groups = [{'params': list(each['params'])}
              for each in runner.optim_wrapper.optimizer.param_groups]
    checkpoint['optimizer'] = other(groups, lr=.1).state_dict()
    checkpoint['meta'].pop('cfg')
    with pytest.raises(InputError, match='another kind of optimizer, with'):
        resume(runner, checkpoint)


def test_the_fields_of_the_config_that_differ(runner, checkpoint, warnings):
    text = checkpoint['meta']['cfg']
    checkpoint['meta']['cfg'] = text.replace("type='Adam'", "type='AdamW'")
    with pytest.raises(InputError, match=r"optimizer\.type: 'AdamW' in the "):
        resume(runner, checkpoint)
    assert 'pooling_dropout=0.3' in text and 'amsgrad=True' in text
    checkpoint['meta']['cfg'] = text.replace(
        'pooling_dropout=0.3', 'pooling_dropout=0.5').replace(
        'amsgrad=True', 'amsgrad=False')
    resume(runner, checkpoint)
    assert [line.split(': ', 1)[1] for line in warnings] == [
        'the model was configured otherwise: model.pooling_dropout: 0.5 in '
        'the checkpoint, 0.3 here',
        'optimizer and schedules go on as they were: '
        'optim_wrapper.optimizer.amsgrad: False in the checkpoint, True here']


def test_without_an_optimizer(runner, checkpoint, warnings):
    for part in ('optimizer', 'param_schedulers'):
        del checkpoint[part]
    resume(runner, checkpoint)
    assert len(warnings) == 1
    assert 'holds no optimizer and no param_schedulers' in warnings[0]


def test_a_schedule_that_more_epochs_bring(runner, checkpoint):
    """The checkpoint of a run of one epoch lacks the cosine."""
    checkpoint['meta'].update(epoch=1, iter=len(runner.train_dataloader))
    whole = copy.deepcopy(runner.param_schedulers[1].state_dict())
    del checkpoint['param_schedulers'][1]
    resume(runner, checkpoint)
    added = checkpoint['param_schedulers'][1]
    assert added['begin'] == added['_global_step'] == whole['begin']
    assert added['last_step'] == 0


def test_load_from(runner, checkpoint, monkeypatch):
    monkeypatch.setattr(runner, '_resume', False)
    resume(runner, {'state_dict': checkpoint['state_dict']})
    with pytest.raises(InputError, match='no weight that fits the model'):
        resume(runner, {'state_dict': {'a': torch.ones(1)}})
    with pytest.raises(InputError, match='state_dict: found a list'):
        resume(runner, {'state_dict': []})
