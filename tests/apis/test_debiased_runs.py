"""Debiasing by options: trained for a step, and tested."""

import pytest
import torch

from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train
from cra_plugin.errors import InputError
from tests.helpers.forked_python import REPOSITORY

SCENE = {'model.debiasing.scene_reversal.strength': 0.3,
         'model.debiasing.scene_reversal.num_clusters': 4}
BLIND = {'model.debiasing.blind_language.alpha': 0.5}
CENTERS = 'debiasing.scene_reversal.dictionary'


def config_of(name):
    return str(REPOSITORY / 'configs' / name)


@pytest.fixture(scope='module')
def step(tiny_options):
    """A training of one step."""
    return tiny_options | {
        'log_level': 'ERROR', 'train_cfg.max_epochs': 1,
        'train_dataloader.batch_size': 64}


@pytest.mark.parametrize(('name', 'options'), [
    ('evidence_nextgqa.py', SCENE | BLIND),
    ('cra_candidate_nextgqa.py', SCENE), ('cra_nextgqa.py', BLIND)])
def test_a_step_and_a_test(name, options, step, causal_options, tmp_path):
    if name.startswith('cra'):
        step = causal_options | step
        if name == 'cra_candidate_nextgqa.py':
            step = {key: value for key, value in step.items()
                    if 'front_door' not in key}
    options = step | options
    train(config_of(name), str(tmp_path), options=options)
    saved = tmp_path / 'epoch_1.pth'
    state = torch.load(saved, weights_only=False)['state_dict']
    if f'{CENTERS}.centers' in state:
        assert state[f'{CENTERS}.filled']
    assert any(key.startswith('debiasing.') for key in state)
    (log, ) = tmp_path.glob('*/vis_data/scalars.json')
    terms = [key for key in ('loss_scene_vqa', 'loss_scene_vq',
                             'loss_blind_vqa') if key in log.read_text()]
    assert len(terms) == 2 * any('scene' in each for each in options) + any(
        'blind' in each for each in options)
    found = evaluate(config_of(name), str(saved), str(tmp_path / 'test'),
                     options=options)
    assert found['num_questions'] == 9


@pytest.mark.parametrize(('option', 'words'), [
    ({'model.debiasing.scene_reversal.num_clusters': 49},
     r'--cfg-options model\.debiasing\.scene_reversal\.num_clusters='),
    ({'model.debiasing.scene_reversal.dictionary': 'no.npz'},
     r'missing: no\.npz: .*causal_features\.py visual'),
    ({'model.debiasing.blind_language.alpha': -1},
     r'^model\.debiasing\.blind_language\.alpha: found -1')])
def test_bad_options_are_refused_at_the_start(option, words, step, tmp_path):
    with pytest.raises(InputError, match=words):
        train(config_of('evidence_nextgqa.py'), str(tmp_path / 'run'),
              options=step | option)
