"""Hidden words of the right texts, guessed."""

import math

import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.models.losses.masked_word_loss import (
    MaskedWordLoss,
    masked_word_loss,
)
from tests.helpers.tiny_language_model import language_model

MASK = 5


def test_against_the_formula():
    logits = torch.randn(3, 7, generator=torch.Generator().manual_seed(0))
    truth = torch.tensor([6, 0, 2])
    slow = sum(
        math.log(sum(math.exp(each) for each in row)) - row[index]
        for row, index in zip(logits.tolist(), truth.tolist())) / 3
    assert masked_word_loss(logits, truth) == pytest.approx(slow, abs=1e-5)


def test_where_no_word_is_hidden_the_loss_is_zero():
    logits = torch.zeros(0, 7, requires_grad=True)
    loss = masked_word_loss(logits, torch.zeros(0, dtype=torch.long))
    loss.backward()
    assert loss == 0 and logits.grad.shape == (0, 7)


def batch(size=4, length=9):
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(10, 300, (size, 3, length), generator=generator)
    tokens[..., -2] = MASK
    model = language_model(frozen=False, dropout=0.)
    frames = model.embed_frames(
        torch.randn(size, 6, 12, generator=generator))
    return model, frames, torch.ones(size, 6, dtype=torch.bool), {
        'choice_tokens': tokens,
        'choice_mask': torch.ones_like(tokens, dtype=torch.bool)}


def test_the_right_text_is_read_without_its_hidden_words(monkeypatch):
    model, frames, mask, inputs = batch()
    right, read = torch.tensor([2, 0, 1, 2]), []
    forward = model.forward

    def reading(*arguments):
        read.append(arguments)
        return forward(*arguments)

    monkeypatch.setattr(model, 'forward', reading)
    torch.manual_seed(0)
    found = MaskedWordLoss(repeats=2, loss_weight=3.)(
        model, frames, mask, inputs, right)
    (sequences, masks, tokens, real), = read
    assert sequences.equal(torch.cat([frames] * 2))
    assert masks.all() and real.all() and len(masks) == len(real) == 8
    texts = torch.cat([inputs['choice_tokens'][range(4), right]] * 2)
    hidden = tokens != texts
    assert hidden.any(1).all() and (tokens[hidden] == MASK).all()
    assert not hidden[:4].equal(hidden[4:])
    # What stands in place of a word, and what it is.
    logits = model.word_logits(forward(
        sequences, masks, tokens, real).words[hidden])
    torch.testing.assert_close(found['loss_words'], 3 * masked_word_loss(
        logits, texts[hidden]))
    assert found['word_accuracy'] == (
        logits.argmax(-1) == texts[hidden]).float().mean()


def test_frames_words_and_their_bias_get_gradients():
    model, frames, mask, inputs = batch()
    MaskedWordLoss()(model, frames, mask, inputs, torch.zeros(
        4, dtype=torch.long))['loss_words'].backward()
    without = {name for name, each in model.named_parameters()
               if each.grad is None or not each.grad.any()}
    assert without == {'answer_embeddings', 'answer_bias'}


@pytest.mark.parametrize('options', [
    {'mask_prob': 0}, {'mask_prob': 1}, {'repeats': 0}])
def test_refused(options):
    name, = options
    with pytest.raises(InputError, match=f'MaskedWordLoss.{name}: found'):
        MaskedWordLoss(**options)
