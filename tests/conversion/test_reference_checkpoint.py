import argparse
import datetime
import pickle
from collections import OrderedDict

import numpy as np
import pytest
import torch

from cra_plugin.conversion.reference_checkpoint import (
    model_sizes,
    read_reference_weights,
    text_encoder_config,
)
from cra_plugin.errors import InputError
from tests.helpers.golden_recipe import reference_shapes, text_config

STATE = {'do.node': torch.arange(6.).view(1, 2, 3), 'a.b': torch.ones(())}


def prefixed(state):
    return OrderedDict((f'module.{key}', value)
                       for key, value in state.items())


@pytest.mark.parametrize('content', [
    STATE, prefixed(STATE), {'state_dict': STATE}, {'model': prefixed(STATE)},
    {'epoch': 3, 'best': np.float64(61.1), 'state_dict': prefixed(STATE),
     'losses': np.ones(3), 'optimizer': {'param_groups': [{'lr': 1e-5}]}}])
@pytest.mark.parametrize('zipped', [True, False])
def test_every_form(tmp_path, content, zipped):
    path = tmp_path / 'in.pth'
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    found = read_reference_weights(path)
    assert found.keys() == STATE.keys()
    assert all(torch.equal(found[key], STATE[key]) for key in STATE)


def test_numbers_of_an_older_numpy(tmp_path):
    path = tmp_path / 'in.pth'
    torch.save({'state_dict': STATE, 'best': np.float64(61.1),
                'losses': np.ones(3)}, path,
               _use_new_zipfile_serialization=False)
    content = path.read_bytes()
    assert b'numpy._core' in content
    path.write_bytes(content.replace(b'numpy._core', b'numpy.core'))
    assert read_reference_weights(path).keys() == STATE.keys()


@pytest.mark.parametrize(('content', 'words'), [
    ([1, 2], 'found a list'), ({}, 'without entries'),
    ({'state_dict': {}}, 'without entries'),
    ({'a': torch.ones(1), 'epoch': 3}, "entry 'epoch': found a int"),
    ({'state_dict': {'a': [1.]}}, "entry 'a': found a list"),
    ({3: torch.ones(1)}, 'entry 3: found'),
    ({'state_dict': STATE, 'args': datetime.timedelta(1)},
     'cannot be loaded safely')])
def test_no_state_dict(tmp_path, content, words):
    torch.save(content, tmp_path / 'in.pth')
    with pytest.raises(InputError, match=words) as caught:
        read_reference_weights(tmp_path / 'in.pth')
    assert 'in.pth' in str(caught.value)


class Touch:
    """Unpickles to a call that leaves a file behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, 'w')


@pytest.mark.parametrize('wrap', [
    lambda x: x, lambda x: {'state_dict': x}, lambda x: {**STATE, 'x': x}])
def test_code_is_refused_and_not_run(tmp_path, wrap):
    victim = tmp_path / 'victim'
    content = wrap(Touch(str(victim)))
    for zipped in (True, False):
        torch.save(content, tmp_path / 'in.pth',
                   _use_new_zipfile_serialization=zipped)
        with pytest.raises(InputError, match='cannot be loaded safely'):
            read_reference_weights(tmp_path / 'in.pth')
    (tmp_path / 'in.pth').write_bytes(pickle.dumps(content))
    with pytest.raises(InputError, match='cannot be loaded safely'):
        read_reference_weights(tmp_path / 'in.pth')
    assert not victim.exists()


def test_missing_and_cut_files(tmp_path):
    path = tmp_path / 'in.pth'
    with pytest.raises(InputError, match='no such file'):
        read_reference_weights(path)
    torch.save(STATE, path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match='cannot be loaded safely'):
        read_reference_weights(path)


def test_sizes_are_read_off():
    with torch.device('meta'):
        weights = {name: torch.empty(shape)
                   for name, shape in reference_shapes().items()}
    assert model_sizes(weights) == {
        'd_model': 768, 'video_encoder.out_dim': 768,
        'temporal_encoder.feedforward_dim': 768,
        'temporal_encoder.num_layers': 2,
        'causal_intervention.front_door.num_clusters': 512,
        'causal_intervention.back_door.num_clusters': 512,
        'causal_intervention.back_door.node_dim': 768}
    found, whole = text_encoder_config(weights), text_config(
        reference_shapes())
    assert found.pop('num_attention_heads') == 1
    assert found.pop('type_vocab_size') == 2
    assert found.items() <= whole.items()


def test_sizes_that_are_not_shown_are_left_out():
    assert model_sizes({'do.node': torch.ones(3)}) == {
        'temporal_encoder.num_layers': 0,
        'causal_intervention.back_door.num_clusters': 3}


def test_options_beside_the_weights_are_no_code(tmp_path):
    """FrozenBiLM's own checkpoints have them."""
    torch.save({'model': STATE, 'args': argparse.Namespace(lr=1),
                'epoch': 1}, tmp_path / 'in.pth')
    assert read_reference_weights(tmp_path / 'in.pth').keys() == {
        name.removeprefix('module.') for name in STATE}
