import logging
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from cra_plugin.causal_features.visual_clusters import cluster_frames
from cra_plugin.engine.hooks.confounder_dictionary_hook import (
    ConfounderDictionaryHook,
)
from cra_plugin.errors import InputError
from cra_plugin.models.causal import (
    BackDoorIntervention,
    ExplicitCausalIntervention,
)
from cra_plugin.registry import HOOKS

FRONT = {'type': 'cra_plugin.FrontDoorIntervention', 'num_clusters': 3}
BACK = {'type': 'cra_plugin.BackDoorIntervention', 'num_clusters': 3,
        'node_dim': 4}


class Store(dict):
    """Features of videos, with the path that errors name."""

    path = 'features_train.h5'
    feature_dim = 5
    num_frames = 4


class Questions:
    """Two questions on each of six videos."""

    def __init__(self, store=None):
        self.feature_store = store

    def video_ids(self):
        return [f'v{index}' for index in range(6)]

    def __len__(self):
        return 12

    def get_data_info(self, index):
        return {'question_info': SimpleNamespace(video_id=f'v{index // 2}')}


@pytest.fixture
def store():
    rng = np.random.default_rng(0)
    return Store({f'v{i}': rng.normal(size=(4, 5)).astype(np.float32)
                  for i in range(6)})


def make_runner(store=None, front=FRONT, back=None):
    model = nn.Module()
    model.causal_intervention = ExplicitCausalIntervention(
        8, 5, front_door=front, back_door=back)
    return SimpleNamespace(
        model=model, logger=logging.getLogger('test'),
        train_dataloader=SimpleNamespace(dataset=Questions(store)))


def dictionary_of(runner):
    return runner.model.causal_intervention.front_door.dictionary


@pytest.mark.parametrize('trainable', [True, False])
def test_fills_from_the_training_features(store, trainable):
    runner = make_runner(store, {**FRONT, 'trainable': trainable})
    ConfounderDictionaryHook(seed=3).before_train(runner)
    dictionary = dictionary_of(runner)
    assert dictionary.is_filled and bool(dictionary.filled)
    expected = cluster_frames(
        store, [f'v{i}' for i in range(6)], 3, seed=3, passes=1)
    np.testing.assert_array_equal(dictionary.centers.detach(), expected)
    assert dictionary.centers.requires_grad is trainable


def test_each_video_counts_once_and_not_too_many(store):
    runner = make_runner(store)
    ConfounderDictionaryHook(max_videos=2).before_train(runner)
    expected = cluster_frames(store, ['v0', 'v1'], 3, passes=1)
    np.testing.assert_array_equal(dictionary_of(runner).centers, expected)


def test_keeps_what_is_filled(store):
    runner = make_runner(store)
    centers = torch.randn(3, 5)
    dictionary_of(runner).fill(centers, 'a file')
    ConfounderDictionaryHook().before_train(runner)
    assert torch.equal(dictionary_of(runner).centers, centers)


def test_looks_through_a_wrapper(store, monkeypatch):
    runner = make_runner(store)
    inner = runner.model
    runner.model = SimpleNamespace(module=inner)
    monkeypatch.setattr('cra_plugin.engine.hooks.confounder_dictionary_hook.'
                        'is_model_wrapper', lambda model: True)
    ConfounderDictionaryHook().before_train(runner)
    assert inner.causal_intervention.front_door.dictionary.is_filled


def test_leaves_other_models_alone(store):
    runner = make_runner(store, front=None)
    ConfounderDictionaryHook().before_train(runner)
    runner.model = nn.Linear(2, 2)
    ConfounderDictionaryHook().before_train(runner)
    assert list(runner.model.state_dict()) == ['weight', 'bias']


@pytest.mark.parametrize(('changes', 'filled', 'warned'), [
    ({}, False, True), ({}, True, False), ({'applied': False}, False, False)])
def test_says_that_the_language_dictionary_is_missing(
        store, caplog, changes, filled, warned):
    runner = make_runner(store, back={**BACK, **changes})
    back = runner.model.causal_intervention.back_door
    assert isinstance(back, BackDoorIntervention)
    if filled:
        back.dictionary.fill(torch.randn(3, 8, 4), 'a test')
        back.requires_grad_(True)
    ConfounderDictionaryHook().before_train(runner)
    told = [r for r in caplog.records if r.levelname == 'WARNING']
    assert len(told) == warned
    assert all('back_door.dictionary' in r.getMessage()
               and 'build_causal_features.py language' in r.getMessage()
               for r in told)


def test_without_features_a_file_is_asked_for():
    with pytest.raises(InputError) as caught:
        ConfounderDictionaryHook().before_train(make_runner(None))
    assert 'front_door.dictionary' in str(caught.value)


def test_features_of_another_width(store):
    store.feature_dim = 7
    with pytest.raises(InputError, match=r'out_dim: found 5.*width 7'):
        ConfounderDictionaryHook().before_train(make_runner(store))


def test_fewer_frames_than_centers(store):
    runner = make_runner(store, {**FRONT, 'num_clusters': 99})
    with pytest.raises(InputError, match='99 centers for 24 training'):
        ConfounderDictionaryHook().before_train(runner)
    assert not dictionary_of(runner).is_filled


def test_a_dictionary_that_came_only_with_weights_is_not_trained_on():
    runner = make_runner(front=None, back=BACK)
    back_door = runner.model.causal_intervention.back_door
    back_door.dictionary.fill(torch.ones(3, 8, 4), 'a checkpoint')
    with pytest.raises(InputError, match=r'back_door\.dictionary'):
        ConfounderDictionaryHook().before_train(runner)


@pytest.mark.parametrize('resume', [True, False])
@pytest.mark.parametrize('here', [True, False])
@pytest.mark.parametrize('there', [True, False])
def test_resuming_with_a_dictionary_come_or_gone(resume, here, there):
    runner = make_runner(front=None, back=BACK)
    runner._resume = resume
    back_door = runner.model.causal_intervention.back_door
    if here:
        back_door.dictionary.fill(torch.ones(3, 8, 4), 'a file')
    key = 'causal_intervention.back_door.dictionary.filled'
    checkpoint = {'state_dict': {key: torch.tensor(there)}}
    hook = ConfounderDictionaryHook()
    if resume and here != there:
        with pytest.raises(InputError, match=r'back_door\.dictionary'):
            hook.after_load_checkpoint(runner, checkpoint)
    else:
        hook.after_load_checkpoint(runner, checkpoint)


def test_resuming_other_checkpoints():
    runner = make_runner(front=None, back=None)
    runner._resume = True
    ConfounderDictionaryHook().after_load_checkpoint(runner, {})
    runner = make_runner(front=None, back=BACK)
    runner._resume = True
    ConfounderDictionaryHook().after_load_checkpoint(
        runner, {'state_dict': {}})


def test_what_made_a_dictionary_is_logged(store, caplog):
    caplog.set_level(logging.INFO)
    runner = make_runner(store)
    dictionary_of(runner).fill(torch.randn(3, 5), 'a file')
    dictionary_of(runner).provenance = {'seed': 77}
    ConfounderDictionaryHook().before_train(runner)
    assert "front_door.dictionary: {'seed': 77}" in caplog.text


def test_registered():
    hook = HOOKS.build({'type': 'cra_plugin.ConfounderDictionaryHook'})
    assert (hook.seed, hook.max_videos) == (2024, 4000)


@pytest.mark.parametrize('main', [True, False])
def test_other_processes_are_told_the_centers(store, monkeypatch, main):
    """The main process clusters; all take what is broadcast."""
    module = 'cra_plugin.engine.hooks.confounder_dictionary_hook'
    monkeypatch.setattr(f'{module}.is_main_process', lambda: main)
    told = []

    def broadcast(centers):
        told.append(centers.clone())
        centers.fill_(7)

    monkeypatch.setattr(f'{module}.broadcast', broadcast)
    runner = make_runner(store)
    before = dictionary_of(runner).centers.clone()
    ConfounderDictionaryHook().before_train(runner)
    assert torch.equal(told[0], before) != main
    assert (dictionary_of(runner).centers == 7).all()
