"""Both parts in a grounder, each switchable, for every way to ground."""

import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.models.causal import Debiasing

CONFIGS = ('cra_nextgqa.py', 'cra_candidate_nextgqa.py',
           'evidence_nextgqa.py')
SCENE = {'debiasing.scene_reversal': {'num_clusters': 4}}
BLIND = {'debiasing.blind_language': {}}


def like(plain, model):
    """Give a model the weights, and random dictionaries, of another."""
    model.load_state_dict(plain.state_dict(), strict=False)
    return model


@pytest.mark.parametrize('name', CONFIGS)
@pytest.mark.parametrize(('options', 'more'), [
    (SCENE, {'loss_scene_vqa', 'loss_scene_vq'}),
    (BLIND, {'loss_blind_vqa'}),
    (SCENE | BLIND, {'loss_scene_vqa', 'loss_scene_vq', 'loss_blind_vqa'})])
def test_losses(name, options, more, build_grounder, make_batch):
    batch = make_batch(0)
    without = build_grounder(name)
    plain = without(*batch, mode='loss')
    model = like(without, build_grounder(name, **options))
    losses = model(*batch, mode='loss')
    assert losses.keys() - plain.keys() == more
    # What is there without it stays as it is.
    for key, value in plain.items():
        torch.testing.assert_close(losses[key], value)
    sum(value for key, value in losses.items() if 'loss' in key).backward()
    for key, parameter in model.named_parameters():
        assert (parameter.grad is not None) is parameter.requires_grad, key


@pytest.mark.parametrize('name', CONFIGS)
def test_the_scene_is_that_of_the_true_candidate(name, build_grounder,
                                                 make_batch, monkeypatch):
    model = build_grounder(name, **SCENE)
    seen = []
    monkeypatch.setattr(
        model.debiasing.scene_reversal, 'forward',
        lambda *values: seen.append(values) or values[0].sum() * 0)
    inputs, samples = make_batch(1)
    model(inputs, samples, mode='loss')
    (video, weights, features), _ = seen
    assert torch.equal(features, inputs['frames'])
    output = model.ground_answers(inputs)
    for row, sample in enumerate(samples):
        true = sample.gt_answer
        several = output.video.ndim == 3
        torch.testing.assert_close(
            video[row], output.video[row][true] if several
            else output.video[row])
        # Evidence decodes spans from other weights than it pools with.
        pooled = (output.raw_weights if name.startswith('evidence')
                  else output.weights)[row]
        torch.testing.assert_close(weights[row],
                                   pooled[true] if several else pooled)


@pytest.mark.parametrize('name', CONFIGS)
def test_the_gradient_runs_against_the_scene(name, build_grounder,
                                             make_batch):
    """It reaches the frames times -lambda, and the scorer as it is."""
    found = []
    for strength in (0., 1., 2.):
        model = build_grounder(name, **{'debiasing.scene_reversal': {
            'num_clusters': 4, 'strength': strength}})
        losses = model(*make_batch(2), mode='loss')
        losses['loss_scene_vqa'].backward()
        found.append((model.pooling[1].weight.grad,
                      model.debiasing.scene_reversal.classifier[2]
                      .weight.grad))
    (off, tells), (once, _), (twice, same) = found
    assert not off.any() and once.any()
    torch.testing.assert_close(twice, 2 * once)
    torch.testing.assert_close(same, tells)


@pytest.mark.parametrize('name', CONFIGS)
def test_blind_answers_are_taken_off_at_test_time(name, build_grounder,
                                                  make_batch):
    inputs, samples = make_batch(3, size=4)
    without = build_grounder(name)
    plain = without.ground_answers(inputs)
    none = like(without, build_grounder(
        name, **{'debiasing.blind_language.alpha': 0.}))
    torch.testing.assert_close(none.ground_answers(inputs).logits,
                               plain.logits.log_softmax(-1))
    model = like(without, build_grounder(
        name, **{'debiasing.blind_language.alpha': 1.}))
    blind = model.debiasing.blind_language
    with torch.no_grad():
        blind.scorer[2].weight.mul_(50)
    (candidates, ) = model.encode_candidates(inputs, 'choice')
    output = model.ground_answers(inputs)
    torch.testing.assert_close(
        output.logits, plain.logits.log_softmax(-1)
        - blind(candidates).log_softmax(-1))
    # Spans are those of the candidate that is chosen in the end.
    for row, sample in enumerate(model(inputs, samples, mode='predict')):
        assert sample.pred_answer == output.logits[row].argmax()
        if output.weights.ndim == 3:
            torch.testing.assert_close(
                sample.frame_weights,
                sample.candidate_weights[sample.pred_answer])
    # Nor does an answer depend on batch mates.
    alone = model.ground_answers({key: value[:1]
                                  for key, value in inputs.items()})
    torch.testing.assert_close(alone.logits[0], output.logits[0], atol=1e-5,
                               rtol=1e-4)


def test_a_question_without_choices_stays_as_it_is(build_grounder,
                                                   make_batch):
    inputs, _ = make_batch(4)
    for key in ('choice_tokens', 'choice_mask'):
        inputs[key] = inputs[key][:, :0]
    plain = build_grounder('evidence_nextgqa.py').ground_answers(inputs)
    model = build_grounder('evidence_nextgqa.py', **BLIND)
    torch.testing.assert_close(model.ground_answers(inputs).logits,
                               plain.logits)


@pytest.mark.parametrize(('options', 'words'), [
    ({'debiasing.scene_reversl': {}}, r'scene_reversl: found an unknown '
     r'field; .*did you mean scene_reversal'),
    ({'debiasing.blind_language.alfa': 1.}, r'blind_language\.alfa: .*alpha'),
    ({'debiasing.scene_reversal': 0.3}, 'scene_reversal: found 0.3'),
    ({'debiasing.scene_reversal.strength': -1},
     r'^model\.debiasing\.scene_reversal\.strength: found -1'),
    ({'debiasing.blind_language.alpha': 'x'},
     r'^model\.debiasing\.blind_language\.alpha: found')])
def test_bad_settings(options, words, build_grounder):
    with pytest.raises(InputError, match=words):
        build_grounder('evidence_nextgqa.py', **options)


@pytest.mark.parametrize(('part', 'field', 'size'), [
    ('scene_reversal', 'hidden_dim', -1), ('blind_language', 'hidden_dim', 0),
    ('scene_reversal', 'num_clusters', -3)])
def test_sizes_that_are_none(part, field, size):
    with pytest.raises(InputError, match=rf'{part}\.{field}: found {size}'):
        Debiasing(8, 8, **{part: {field: size}})
