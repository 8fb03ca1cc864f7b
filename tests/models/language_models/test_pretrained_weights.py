"""Weights of a language model from files of every layout."""

import argparse
import logging

import pytest
import torch
from transformers import DebertaV2Config

from cra_plugin.errors import InputError
from cra_plugin.models.language_models import FrozenBiLM
from tests.helpers.small_options import TINY_DEBERTA
from tests.helpers.tiny_language_model import (
    folder_of,
    hub,
    language_model,
    original,
)

WIDTH = TINY_DEBERTA['hidden_size']


def legacy(model):
    """What transformers makes of the hub's head."""
    return {name.replace('lm_predictions.lm_head.', (
        'cls.predictions.' if name.endswith('head.bias')
        else 'cls.predictions.transform.')): value
        for name, value in hub(model).items()}


def write(path, weights, container='model'):
    torch.save({container: weights, 'epoch': 3, 'optimizer': {},
                'args': argparse.Namespace(lr=1e-5)}, path)
    return str(path)


def same(one, other):
    return {name for name, value in one.named_parameters()
            if torch.equal(value, other.get_parameter(name))}


@pytest.mark.parametrize('container', ['model', 'state_dict'])
def test_a_whole_checkpoint(tmp_path, container, caplog):
    first = language_model(1)
    path = write(tmp_path / 'frozenbilm.pth', {
        f'module.{name}': value for name, value in original(first).items()
    } | {'do.vis_norm.weight': torch.ones(3)}, container)
    with caplog.at_level(logging.INFO, 'cra_plugin'):
        second = language_model(2, pretrained=path)
    assert same(first, second) == {n for n, _ in first.named_parameters()}
    assert second.load_report.missing == ()
    assert second.load_report.unused == ('do.vis_norm.weight', )
    assert f'{path}: {len(original(first))} weights read' in caplog.text
    assert 'drawn anew: none; in it and not used: do.vis_norm' in caplog.text


@pytest.mark.parametrize(('layout', 'safe'), [
    (hub, True), (hub, False), (legacy, False)])
def test_the_layout_of_the_hub(tmp_path, layout, safe):
    first = language_model(1)
    name = folder_of(tmp_path / 'deberta', layout(first), safe)
    second = language_model(2, name=name)
    missing = set(second.load_report.missing)
    assert missing == {
        each for each, _ in first.named_parameters() if '.down.' in each
        or '.up.' in each or 'linear_video' in each or 'answer' in each}
    assert same(first, second) >= {
        each for each, _ in first.named_parameters()} - missing
    assert 'linear_video.weight' in str(second.load_report)
    assert second.load_report.unused == ()


def test_a_checkpoint_goes_before_the_hub(tmp_path):
    first, base = language_model(1), language_model(3)
    trained = {name: value for name, value in original(first).items()
               if 'adapter' in name or 'LayerNorm' in name}
    second = language_model(
        2, name=folder_of(tmp_path / 'deberta', hub(base)),
        pretrained=write(tmp_path / 'trained.pth', trained))
    assert 'deberta.encoder.layer.1.output.dense.up.weight' in same(
        first, second)
    assert 'deberta.embeddings.word_embeddings.weight' in same(base, second)
    assert set(second.load_report.missing) == {
        'deberta.embeddings.linear_video.weight',
        'deberta.embeddings.linear_video.bias', 'answer_embeddings',
        'answer_bias'}


@pytest.mark.parametrize(('change', 'words'), [
    ({'deberta.encoder.layer.0.output.dense.bias': None},
     'found no deberta.encoder.layer.0.output.dense.bias; expected all '
     'weights of the language model that are not trained'),
    ({'lm_predictions.lm_head.dense.weight': None},
     'found no head.dense.weight'),
    ({'deberta.embeddings.position_embeddings.weight': None},
     'found no deberta.embeddings.position_embeddings.weight'),
    ({'deberta.embeddings.word_embeddings.weight': torch.ones(7, WIDTH)},
     r'word_embeddings.weight of shape \(7, 32\) instead of \(300, 32\)'),
    ({'deberta.encoder.layer.2.output.dense.bias': torch.ones(WIDTH)},
     r'layer\.\*\.output\.dense\.bias, which the architecture has not'),
    ({'deberta.encoder.layer.0.output.adapter.norm.weight': torch.ones(1)},
     r'dense\.norm\.weight, which the architecture has not'),
    ({'deberta.encoder.conv.LayerNorm.weight': torch.ones(WIDTH) / 0},
     r'infinity or whole numbers in deberta\.encoder\.conv'),
    ({'deberta.encoder.conv.LayerNorm.weight': torch.ones(WIDTH).long()},
     r'whole numbers in deberta\.encoder\.conv'),
    ({'epoch': 3}, 'other things than weights')])
def test_what_is_refused(tmp_path, change, words):
    weights = original(language_model()) | change
    path = write(tmp_path / 'in.pth', {
        name: value for name, value in weights.items() if value is not None})
    with pytest.raises(InputError, match=words) as caught:
        language_model(pretrained=path)
    assert 'in.pth' in str(caught.value)


def test_answers_of_another_task_are_left_out(tmp_path):
    weights = original(language_model()) | {
        'answer_embeddings.weight': torch.ones(9, WIDTH)}
    model = language_model(pretrained=write(tmp_path / 'in.pth', weights))
    assert 'answer_embeddings' in model.load_report.missing


@pytest.mark.parametrize(('options', 'words'), [
    ({'config': None}, 'FrozenBiLM: found name=None and config=None'),
    ({'config': dict(TINY_DEBERTA, type_vocab_size=2)}, 'type_vocab_size'),
    ({'config': dict(TINY_DEBERTA, position_biased_input=True)},
     'position_biased_input'),
    ({'adapter_factor': WIDTH + 1}, 'adapter_factor: found 33; expected a '
     'whole number from 1 to 32'),
    ({'adapter_factor': True}, 'adapter_factor: found True'),
    ({'answer_words': ('Yes', )}, 'FrozenBiLM.answer_words'),
    ({'answer_words': ('Yes', 'Yes')}, 'FrozenBiLM.answer_words')])
def test_options_that_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        language_model(**options)


def test_a_folder_without_weights(tmp_path):
    path = tmp_path / 'deberta'
    path.mkdir()
    DebertaV2Config(**TINY_DEBERTA).save_pretrained(path)
    with pytest.raises(InputError, match=r'nor pytorch_model\.bin'):
        language_model(name=str(path))


def test_without_mask_token():
    with pytest.raises(InputError, match='none, and no mask_token_id'):
        FrozenBiLM(12, config=TINY_DEBERTA)


def test_texts_beyond_the_positions():
    model = language_model()
    words = torch.ones(1, 120, dtype=torch.long)
    with pytest.raises(InputError, match='found 130; expected at most 128'):
        model(torch.zeros(1, 10, WIDTH), torch.ones(1, 10).bool(), words,
              words.bool())


@pytest.mark.parametrize(('change', 'found'), [
    ({'hidden_sise': 8}, r'config\.hidden_sise: found an unknown field'),
    ({'num_attention_heads': 3}, ': found what transformers refuses'),
    ({'num_hidden_layers': 0}, r'config\.num_hidden_layers: found 0'),
    ({'vocab_size': 5}, r'tokenizer: found the id 5 of \[MASK\]')])
def test_an_architecture_that_is_none(change, found):
    with pytest.raises(InputError, match=found):
        language_model(config={**TINY_DEBERTA, **change})
