"""Checkpoints that hold what was trained, and know their base."""

import io

import pytest
import torch
from mmengine.runner.checkpoint import load_state_dict

from cra_plugin.errors import InputError
from cra_plugin.models.language_models.trained_state import (
    hash_base,
    is_trained,
)
from tests.helpers.tiny_language_model import (
    folder_of,
    hub,
    language_model,
)


@pytest.fixture
def on_a_base(tmp_path):
    """Build a language model on the base of a seed."""

    def build(base, seed=9):
        path = tmp_path / f'base{base}'
        name = (str(path) if path.is_dir()
                else folder_of(path, hub(language_model(base))))
        return language_model(seed, name=name)

    return build


def loaded(model, state, how):
    """Load a state dict as torch or as mmengine does."""
    if how == 'torch':
        model.load_state_dict(state)
    else:
        load_state_dict(model, state, strict=True)


def test_only_what_was_trained_is_stored(on_a_base):
    model = on_a_base(1)
    state = model.state_dict()
    assert state.keys() - {'base_fingerprint'} == {
        name for name, _ in model.named_parameters() if is_trained(name)}
    assert state['base_fingerprint'].any()
    buffer = io.BytesIO()
    torch.save(state, buffer)
    frozen = sum(4 * each.numel() for each in model.parameters()
                 if not each.requires_grad)
    assert len(buffer.getvalue()) < frozen


@pytest.mark.parametrize('how', ['torch', 'mmengine'])
def test_on_the_same_base_it_loads(on_a_base, how):
    first, second = on_a_base(1, 2), on_a_base(1, 3)
    with torch.no_grad():
        for each in first.parameters():
            if each.requires_grad:
                each.normal_()
    loaded(second, first.state_dict(), how)
    for name, value in first.named_parameters():
        if not name.startswith('answer'):
            assert torch.equal(value, second.get_parameter(name)), name


@pytest.mark.parametrize('how', ['torch', 'mmengine'])
def test_on_another_base_it_is_refused(on_a_base, how):
    state = on_a_base(1).state_dict()
    other = on_a_base(2)
    before = other.head.LayerNorm.weight.clone()
    with pytest.raises(InputError, match='trained on another base model'):
        loaded(other, state, how)
    assert torch.equal(before, other.head.LayerNorm.weight)


def test_an_unknown_base_is_accepted(on_a_base):
    """As converted from a file of what was trained alone."""
    state = on_a_base(1).state_dict()
    state['base_fingerprint'] = torch.zeros(32, dtype=torch.uint8)
    model = on_a_base(2)
    model.load_state_dict(state)
    assert model.state_dict()['base_fingerprint'].any()


def test_a_missing_weight_is_still_missing(on_a_base):
    state = on_a_base(1).state_dict()
    del state['head.LayerNorm.weight']
    with pytest.raises(RuntimeError, match=r'head\.LayerNorm\.weight'):
        on_a_base(1).load_state_dict(state)


def test_a_random_base_is_stored():
    first, second = language_model(1), language_model(2)
    second.load_state_dict(first.state_dict())
    for name, value in first.named_parameters():
        assert torch.equal(value, second.get_parameter(name)), name


def test_the_hash_tells_names_values_and_shapes():
    one = {'a': torch.arange(4.), 'b': torch.ones(2)}
    others = [
        one | {'a': torch.arange(4.) + 1e-6}, one | {'c': torch.ones(1)},
        one | {'a': torch.arange(4.).view(2, 2)}, {'b': one['b']}]
    hashes = [bytes(hash_base(each).tolist()) for each in [one, *others]]
    assert len(set(hashes)) == len(hashes)
    again = hash_base({'b': torch.ones(2), 'a': torch.arange(4.)})
    assert bytes(again.tolist()) == hashes[0]
    assert not hash_base({}).any()
    assert not hash_base({'a': torch.ones(2, device='meta')}).any()
