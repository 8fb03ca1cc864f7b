"""CRA on a tiny frozen language model."""

import copy

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper

from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS
from tests.helpers.small_options import TINY_DEBERTA
from tests.models.conftest import FEATURES, PAD, VOCABULARY, fill_dictionaries

MASK = VOCABULARY - 1
NAMES = ('cra_frozenbilm_nextgqa.py', 'cra_frozenbilm_nextgqa_release.py',
         'frozenbilm_ph_nextgqa.py', 'frozenbilm_ngplus_nextgqa.py')
PAPER, RELEASE, POST_HOC, NG = NAMES
TRAINED_WHOLE = 'cra_frozenbilm_demo.py'
WORDS = dict(type='cra_plugin.MaskedWordLoss', mask_prob=.5)


def build(request, name=PAPER, seed=0, **options):
    """A shipped config's model, tiny; ``options`` are dotted, with __."""
    config = Config.fromfile(str(request.config.rootpath / 'configs' / name))
    model = config.model
    model.video_encoder.out_dim = FEATURES
    model.language_model.update(
        name=None, tokenizer=None,
        config=dict(TINY_DEBERTA, vocab_size=VOCABULARY),
        mask_token_id=MASK, adapter_std=.3)
    causal = model.get('causal_intervention')
    for door in ('front_door', 'back_door') if causal else ():
        causal[door].update(num_clusters=4, hidden_dim=16)
        if door == 'back_door':
            causal[door].node_dim = 6
    config.merge_from_dict({f'model.{key.replace("__", ".")}': value
                            for key, value in options.items()})
    torch.manual_seed(seed)
    built = MODELS.build(config.model)
    fill_dictionaries(built)
    return built.eval(), config


def batch_of(make_batch, *arguments, **options):
    """A random batch in whose texts one word is masked."""
    inputs, samples = make_batch(*arguments, **options)
    for kind in ('choice', 'question'):
        tokens, real = inputs[f'{kind}_tokens'], inputs[f'{kind}_mask']
        last = real.sum(-1, keepdim=True) - 1
        tokens[tokens == MASK] = MASK - 1
        inputs[f'{kind}_tokens'] = tokens.scatter(-1, last, MASK)
    return inputs, samples


def outputs(model, inputs):
    with torch.no_grad():
        found = model.ground_answers(inputs)
    return found


def close(found, expected):
    for name, one, other in zip(found._fields, found, expected):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5, msg=name)


@pytest.mark.parametrize('name', NAMES)
def test_chunks_and_single_candidates_are_the_same(request, make_batch, name):
    model, _ = build(request, name)
    inputs, _ = batch_of(make_batch, 3)
    whole = outputs(model, inputs)
    for size in (1, 2, 5):
        model.candidates_at_once = size
        close(outputs(model, inputs), whole)
    shared = dict(inputs, frame_states=model.encode_frames(inputs))
    del shared['frames']
    close(outputs(model, shared), whole)
    for m in range(inputs['choice_tokens'].shape[1]):
        one = outputs(model, inputs | {
            key: inputs[key][:, m:m + 1]
            for key in ('choice_tokens', 'choice_mask')})
        close(one, type(whole)(*(each[:, m:m + 1] for each in whole)))


@pytest.mark.parametrize('name', [PAPER, POST_HOC, NG])
def test_a_prediction_does_not_depend_on_its_batch_mates(
        request, make_batch, name):
    model, _ = build(request, name)
    inputs, _ = batch_of(make_batch, 3)
    whole = outputs(model, inputs)
    real = inputs['frame_mask'].sum(1)
    assert len(set(real.tolist())) > 1
    for row, length in enumerate(real):
        longest = int(inputs['choice_mask'][row].sum(-1).max())
        alone = {key: value[row:row + 1] for key, value in inputs.items()}
        alone = {key: value[:, :length] if 'frame' in key
                 else value[..., :longest] for key, value in alone.items()}
        found = outputs(model, alone)
        torch.testing.assert_close(found.logits[0], whole.logits[row],
                                   atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(
            found.weights[0], whole.weights[row, :, :length],
            atol=1e-5, rtol=1e-5)
        assert not whole.weights[row, :, length:].any()


def test_in_the_release_it_does(request, make_batch):
    model, _ = build(request, RELEASE)
    inputs, _ = batch_of(make_batch, 4, ragged=False)
    alone = {key: value[:1] for key, value in inputs.items()}
    assert not torch.allclose(outputs(model, alone).logits[0],
                              outputs(model, inputs).logits[0], atol=1e-3)


def test_the_question_reaches_the_weights(request, make_batch):
    model, _ = build(request)
    inputs, _ = batch_of(make_batch, 5)
    weights = outputs(model, inputs).weights
    assert (weights[:, 0] - weights[:, 1]).abs().max() > 1e-3


@pytest.mark.parametrize('name', [*NAMES, TRAINED_WHOLE])
@pytest.mark.parametrize('words', [None, WORDS])
def test_all_that_is_trained_gets_a_gradient(request, make_batch, name,
                                             words):
    model, config = build(request, name, word_loss=words)
    inputs, samples = batch_of(make_batch, 6, size=4)
    losses = model.train()(inputs, samples, 'loss')
    expected = {PAPER: {'loss_vqa', 'loss_vq', 'loss_cma_vqa', 'loss_cma_vq',
                        'sigma'}, POST_HOC: {'loss_vqa'},
                NG: {'loss_vqa', 'loss_vq'}}
    assert losses.keys() == expected.get(name, expected[PAPER]) | (
        {'loss_words', 'word_accuracy'} if words else set())
    sum(value for key, value in losses.items() if 'loss' in key).backward()
    without = [key for key, each in model.named_parameters()
               if each.requires_grad and each.grad is None]
    assert without == []
    frozen = [key for key, each in model.named_parameters()
              if each.grad is not None and not each.requires_grad]
    assert frozen == []
    if name == TRAINED_WHOLE:
        return  # its optimizer holds what has no dictionary, too
    wrapper = build_optim_wrapper(model, config.optim_wrapper)
    held = [each for group in wrapper.optimizer.param_groups
            for each in group['params']]
    assert all(each.requires_grad for each in held)
    assert len(held) == sum(
        each.requires_grad for each in model.parameters())


def test_hidden_words_change_no_other_loss(request, make_batch):
    inputs, samples = batch_of(make_batch, 12)
    found = []
    for words in (None, WORDS, dict(WORDS, loss_weight=2.)):
        model, _ = build(request, word_loss=words)
        torch.manual_seed(3)
        found.append((model(inputs, samples, 'loss'), model.state_dict(),
                      torch.get_rng_state()))
    (off, weights, drawn), (on, same, _), (twice, _, _) = found
    assert on.keys() - off.keys() == {'loss_words', 'word_accuracy'}
    assert all(torch.equal(value, on[key]) for key, value in off.items())
    assert weights.keys() == same.keys()
    torch.manual_seed(3)
    assert torch.equal(drawn, torch.get_rng_state())
    assert twice['loss_words'] == 2 * on['loss_words']
    assert twice['word_accuracy'] == on['word_accuracy']


def test_what_is_frozen_stays_bit_for_bit(request, make_batch):
    model, config = build(request)
    config.optim_wrapper.optimizer.lr = .1
    wrapper = build_optim_wrapper(model, config.optim_wrapper)
    before = {key: value.detach().clone()
              for key, value in model.named_parameters()}
    for step in range(3):
        inputs, samples = batch_of(make_batch, step)
        model.train()
        model.train_step(
            {'inputs': {key: list(value) for key, value in inputs.items()
                        if key != 'frame_mask'}, 'data_samples': samples},
            wrapper)
    language = {key: torch.equal(value, before[key]) for key, value
                in model.named_parameters() if key.startswith('language')}
    trained = {key for key, same in language.items() if not same}
    assert trained == {
        key for key in language if 'LayerNorm' in key
        or 'linear_video' in key or '.down.' in key or '.up.' in key}
    assert {'language_model.head.LayerNorm.bias',
            'language_model.deberta.encoder.layer.1.output.dense.up.weight'
            } <= trained


def test_checkpointing_gives_the_same_gradients(request, make_batch):
    inputs, samples = batch_of(make_batch, 7)
    found = []
    for checkpointed in (False, True):
        model, _ = build(request, language_model__dropout=0.0, dropout=0.0,
                         language_model__gradient_checkpointing=checkpointed)
        losses = model.train()(inputs, samples, 'loss')
        sum(losses.values()).backward()
        found.append({key: each.grad for key, each in
                      model.named_parameters() if each.grad is not None})
    assert found[0].keys() == found[1].keys()
    for key, gradient in found[0].items():
        torch.testing.assert_close(found[1][key], gradient, msg=key)


@pytest.mark.parametrize('name', [PAPER, POST_HOC])
def test_bfloat16(request, make_batch, name):
    model, _ = build(request, name)
    inputs, samples = batch_of(make_batch, 8)
    with torch.autocast('cpu', torch.bfloat16):
        losses = model.train()(inputs, samples, 'loss')
    sum(losses.values()).backward()
    assert all(value.isfinite() for value in losses.values())
    scores, weights = model.eval()(inputs)
    torch.testing.assert_close(weights.sum(-1), torch.ones(3))
    assert scores.dtype == torch.float32


def test_without_choices_the_question_is_grounded(request, make_batch):
    model, _ = build(request)
    inputs, samples = batch_of(make_batch, 9)
    asked = {key: value[:, :1] if 'question' in key else value
             for key, value in inputs.items()}
    asked |= {key: value[:, :0] for key, value in inputs.items()
              if 'choice' in key}
    with torch.no_grad():
        _, weights = model(asked)
        predicted = model(asked, samples, 'predict')
    again = outputs(model, asked | {
        'choice_tokens': asked['question_tokens'],
        'choice_mask': asked['question_mask']})
    torch.testing.assert_close(weights, again.weights[:, 0])
    assert all(set(each.pred_span) == {'window', 'adaptive', 'merged'}
               for each in predicted)


def test_aligned_frames_have_not_read_the_words(request, make_batch):
    """Else CMA is solved by the words alone."""
    inputs, _ = batch_of(make_batch, 11)
    sides = {}
    for inside in (True, False):
        model, _ = build(request, align_inputs=inside, alignment_dim=None)
        found = outputs(model, inputs)
        frames = model.language_model.deberta.embeddings.LayerNorm(
            model.encode_frames(inputs))
        sides[inside] = found.video, found.weights @ frames
    torch.testing.assert_close(*sides[True])
    assert not torch.allclose(*sides[False], atol=.1)


@pytest.mark.parametrize('part', ['question_loss', 'cma_loss'])
def test_the_post_hoc_model_grounds_nothing(request, part):
    paper = Config.fromfile(str(request.config.rootpath / 'configs' / PAPER))
    with pytest.raises(InputError, match=r'model.grounding_head: found None'):
        build(request, POST_HOC, **{part: copy.deepcopy(paper.model[part])})


def test_padding_is_no_word(request, make_batch):
    model, _ = build(request)
    inputs, _ = batch_of(make_batch, 10)
    padded = {key: torch.nn.functional.pad(value, (0, 4), value=(
        PAD if 'tokens' in key else False)) if 'choice' in key else value
        for key, value in inputs.items()}
    close(outputs(model, padded), outputs(model, inputs))


@pytest.mark.parametrize(('field', 'value', 'expected'), [
    ('num_heads', 5, 'a divisor of d_model, which is 32'),
    ('num_heads', 0, 'a divisor of d_model, which is 32'),
    ('grounding_head__d_model', 16, '32, which is what it gets'),
    ('language_model__feature_dim', 3, f'{FEATURES}, which is what it gets'),
    ('causal_intervention__back_door__d_model', 16, '32, which is what')])
def test_widths_and_heads_that_do_not_fit(request, field, value, expected):
    place = field.replace('__', '.').removeprefix('causal_intervention.')
    with pytest.raises(InputError,
                       match=rf'{place}: found {value}; expected {expected}'):
        build(request, **{field: value})
