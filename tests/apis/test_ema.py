"""Averaged weights: what is evaluated, stored, tested and resumed."""

import json
from pathlib import Path

import pytest
import torch

from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')
DICTIONARY = 'causal_intervention.front_door.dictionary'


@pytest.fixture(scope='module')
def options(causal_options):
    """A config whose test split is its validation split."""
    return causal_options | {
        'log_level': 'ERROR', 'optim_wrapper.optimizer.lr': 1e-2,
        'default_hooks.ema': {'type': 'EMAHook', 'momentum': .1},
        'test_dataloader.dataset.ann_file': 'val.csv',
        'test_dataloader.dataset.span_file': 'gsub_val.json',
        'test_dataloader.dataset.time_file': 'frame2time_val.json',
        'test_dataloader.dataset.features.path': 'features_val.h5'}


@pytest.fixture(scope='module')
def run(options, tmp_path_factory):
    folder = tmp_path_factory.mktemp('averaged')
    return folder, train(CONFIG, str(folder), options=options)


def load(path):
    return torch.load(path, weights_only=False)


def test_checkpoints_hold_the_average_and_the_weights(run):
    folder, runner = run
    checkpoint = load(folder / 'epoch_2.pth')
    raw = runner.model.state_dict()
    key = 'pooling.1.weight'
    assert not torch.equal(checkpoint['state_dict'][key], raw[key])
    torch.testing.assert_close(checkpoint['state_dict'][key], raw[key],
                               rtol=0, atol=.1)
    assert torch.equal(checkpoint['ema_state_dict'][f'module.{key}'],
                       raw[key])
    # It was filled after the copy was made.
    for state, prefix in (('state_dict', ''), ('ema_state_dict', 'module.')):
        name = f'{prefix}{DICTIONARY}'
        assert checkpoint[state][f'{name}.filled']
        assert torch.equal(checkpoint[state][f'{name}.centers'],
                           raw[f'{DICTIONARY}.centers'])


def test_validation_and_test_use_the_average(run, options, tmp_path):
    folder, _ = run
    (file, ) = folder.glob('*/vis_data/scalars.json')
    validated = [each for each in map(json.loads, file.open())
                 if 'mIoP' in each][-1]
    tested = evaluate(CONFIG, str(folder / 'epoch_2.pth'), str(tmp_path),
                      options=options)
    assert {name: validated[name] for name in tested} == pytest.approx(tested)
    # The weights themselves measure something else.
    checkpoint = load(folder / 'epoch_2.pth')
    raw = {key.removeprefix('module.'): value for key, value in
           checkpoint['ema_state_dict'].items() if key != 'steps'}
    torch.save({'state_dict': raw}, tmp_path / 'raw.pth')
    assert evaluate(CONFIG, str(tmp_path / 'raw.pth'), str(tmp_path),
                    options=options) != tested


def test_resume_keeps_the_average(run, options, tmp_path):
    folder, _ = run
    train(CONFIG, str(tmp_path), resume=str(folder / 'epoch_1.pth'),
          options=options)
    whole, resumed = (load(path / 'epoch_2.pth')
                      for path in (folder, tmp_path))
    for state in ('state_dict', 'ema_state_dict'):
        assert whole[state].keys() == resumed[state].keys()
        for key, value in whole[state].items():
            assert torch.equal(value, resumed[state][key]), key
