"""A frozen encoder asks each text once."""

import pytest
import torch

from cra_plugin.errors import InputError
from tests.models.text_encoders.test_hf_text_encoder import (
    CONFIG,
    build,
    texts,
)


def counting(model):
    """Count the texts that the encoder is given."""
    seen = []
    model.encoder.register_forward_pre_hook(
        lambda module, arguments, named: seen.append(
            len(named['input_ids'])), with_kwargs=True)
    return seen


@pytest.fixture
def models(tmp_path):
    plain = build(config=CONFIG, frozen=True)
    kept = build(config=CONFIG, frozen=True, cache=str(tmp_path))
    kept.load_state_dict(plain.state_dict())
    return plain, kept


def test_as_without_the_cache_but_for_rounding(models):
    plain, kept = models
    expected = plain(*texts())
    for _ in range(2):
        torch.testing.assert_close(kept(*texts()), expected, atol=2e-3,
                                   rtol=2e-3)


def test_each_text_is_encoded_once_in_all_runs(models, tmp_path):
    plain, kept = models
    seen = counting(kept)
    tokens, mask = texts()
    twice = torch.cat([tokens, tokens]), torch.cat([mask, mask])
    first = kept(*twice)
    kept(*texts())
    assert sum(seen) == 6
    torch.testing.assert_close(first[:2], first[2:])
    later = build(config=CONFIG, frozen=True, cache=str(tmp_path))
    later.load_state_dict(plain.state_dict())
    seen = counting(later)
    torch.testing.assert_close(later(*texts()), first[:2])
    assert not seen
    # Other weights are another model.
    with torch.no_grad():
        next(plain.encoder.parameters()).add_(1)
    other = build(config=CONFIG, frozen=True, cache=str(tmp_path))
    other.load_state_dict(plain.state_dict())
    seen = counting(other)
    other(*texts())
    assert sum(seen) == 6


def test_what_follows_is_trained(models):
    _, kept = models
    kept.train()(*texts()).sum().backward()
    assert kept.projection.weight.grad is not None
    assert all(each.grad is None for each in kept.encoder.parameters())


@pytest.mark.parametrize('settings', [
    {'frozen': False}, {'frozen': True, 'mask_padding': False}])
def test_states_that_cannot_be_kept(settings, tmp_path):
    with pytest.raises(InputError, match=r'HFTextEncoder\.cache'):
        build(config=CONFIG, cache=str(tmp_path), **settings)


def test_a_folder_that_is_none(tmp_path):
    (tmp_path / 'file').touch()
    for cache in ('', str(tmp_path / 'file'), str(tmp_path / 'file' / 'in')):
        with pytest.raises(InputError, match=r'cache: found .* a folder, wh'):
            build(config=CONFIG, frozen=True, cache=cache)


def test_weights_that_are_loaded_later_have_states_of_their_own(models):
    plain, kept = models
    kept(*texts())
    with torch.no_grad():
        for each in plain.encoder.parameters():
            each.add_(torch.randn_like(each))
    kept.load_state_dict(plain.state_dict())
    torch.testing.assert_close(kept(*texts()), plain(*texts()), atol=2e-2,
                               rtol=2e-2)


def test_a_place_that_cannot_be_written_costs_time_alone(
        models, monkeypatch, caplog):
    plain, kept = models

    def full(*arguments):
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr('cra_plugin.pretrained.text_state_cache.'
                        'TextStateCache.put', full)
    for _ in range(2):
        torch.testing.assert_close(kept(*texts()), plain(*texts()),
                                   atol=2e-3, rtol=2e-3)
    assert caplog.text.count('cannot be written (No space left') == 1
