"""Every candidate grounds itself, or is scored frame by frame."""

import numpy as np
import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS

CONFIGS = ('cra_candidate_nextgqa.py', 'evidence_nextgqa.py')
COMBINATIONS = [
    ('cra_candidate_nextgqa.py', {'causal_intervention': None}),
    ('cra_candidate_nextgqa.py', {'causal_intervention.front_door': {
        '_delete_': True, 'type': 'cra_plugin.FrontDoorIntervention',
        'num_clusters': 4}}),
    ('cra_candidate_nextgqa.py', {
        'cma_loss': None,
        'mil_nce_loss': {'type': 'cra_plugin.MILNCELoss'}}),
    ('evidence_nextgqa.py', {'grounding_head.learn_temperature': True}),
    ('evidence_nextgqa.py', {'mil_nce_loss': None}),
    ('evidence_nextgqa.py', {'cma_loss': None}),
    ('evidence_nextgqa.py', {'causal_intervention': {
        'type': 'cra_plugin.ExplicitCausalIntervention', 'back_door': {
            'type': 'cra_plugin.BackDoorIntervention', 'node_dim': 6,
            'num_clusters': 4}, 'front_door': None}})]


def answers(model, inputs):
    with torch.no_grad():
        return model.ground_answers(inputs)


@pytest.mark.parametrize(('name', 'options'), [
    *((name, {}) for name in CONFIGS), *COMBINATIONS])
def test_trains_without_unused_parameters(name, options, build_grounder,
                                          make_batch):
    model = build_grounder(name, **options).train()
    inputs, samples = make_batch(0)
    losses = model(inputs, samples, mode='loss')
    assert {'loss_vqa', 'loss_vq'} <= losses.keys()
    for contrast in ('cma', 'mil_nce'):
        wanted = getattr(model, f'{contrast}_loss') is not None
        for branch in ('vqa', 'vq'):
            assert (f'loss_{contrast}_{branch}' in losses) is wanted
    sum(value for key, value in losses.items() if 'loss' in key).backward()
    for key, parameter in model.named_parameters():
        assert (parameter.grad is not None) is parameter.requires_grad, key


@pytest.mark.parametrize('name', CONFIGS)
@pytest.mark.parametrize('seed', range(3))
def test_no_prediction_depends_on_batch_mates(name, seed, build_grounder,
                                              make_batch):
    model = build_grounder(name, seed)
    inputs, _ = make_batch(seed, size=4)
    together = answers(model, inputs)
    for row in range(4):
        length = int(inputs['frame_mask'][row].sum())
        one = {key: value[row:row + 1] for key, value in inputs.items()}
        one['frames'] = one['frames'][:, :length]
        one['frame_mask'] = one['frame_mask'][:, :length]
        alone = answers(model, one)
        torch.testing.assert_close(alone.logits[0], together.logits[row],
                                   atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(
            alone.weights[0], together.weights[row, :, :length], atol=1e-5,
            rtol=1e-4)
        assert not together.weights[row, :, length:].any()
    torch.testing.assert_close(together.weights.sum(-1),
                               torch.ones(4, together.weights.shape[1]))


@pytest.mark.parametrize('name', CONFIGS)
def test_candidates_may_come_in_any_order(name, build_grounder, make_batch):
    model = build_grounder(name)
    inputs, _ = make_batch(3)
    order = torch.tensor([3, 0, 4, 1, 2])
    shuffled = dict(inputs)
    for key in ('choice_tokens', 'choice_mask'):
        shuffled[key] = inputs[key][:, order]
    plain, other = answers(model, inputs), answers(model, shuffled)
    torch.testing.assert_close(other.logits, plain.logits[:, order])
    torch.testing.assert_close(other.weights, plain.weights[:, order])


@pytest.mark.parametrize('name', CONFIGS)
def test_a_candidate_does_not_see_the_others(name, build_grounder,
                                             make_batch):
    model = build_grounder(name)
    inputs, _ = make_batch(4)
    changed = dict(inputs, choice_tokens=inputs['choice_tokens'].clone())
    changed['choice_tokens'][:, 1:] = 7
    plain, other = answers(model, inputs), answers(model, changed)
    torch.testing.assert_close(other.weights[:, 0], plain.weights[:, 0])
    torch.testing.assert_close(other.logits[:, 0], plain.logits[:, 0])
    assert (other.weights[:, 1:] - plain.weights[:, 1:]).abs().max() > 1e-6


@pytest.mark.parametrize('name', CONFIGS)
def test_the_span_is_that_of_the_chosen_candidate(name, build_grounder,
                                                  make_batch):
    model = build_grounder(name)
    inputs, samples = make_batch(5)
    for sample in model(inputs, samples, mode='predict'):
        own = sample.candidate_weights
        assert own.shape == (5, len(sample.frame_times))
        torch.testing.assert_close(own[sample.pred_answer],
                                   sample.frame_weights)
        for decoder, spans in sample.candidate_spans.items():
            assert sample.pred_span[decoder] == spans[sample.pred_answer]
            alone = model.span_decoders[decoder](
                own.numpy(), np.tile(sample.frame_times, (5, 1)),
                np.full(5, sample.duration))
            np.testing.assert_allclose(spans, alone)


@pytest.mark.parametrize(('head', 'settings'), [
    ('GSGHead', {'gate': gate}) for gate in (
        'product', 'dot', 'tanh', 'scaled_tanh')] + [
    ('GSGHead', {'sigma': 'predicted'}), ('NGHead', {}), ('PostHocHead', {})])
def test_many_queries_are_each_alone(head, settings):
    torch.manual_seed(0)
    module = MODELS.build(dict(type=f'cra_plugin.{head}', d_model=16,
                               **settings)).eval()
    frames, queries = torch.randn(3, 7, 16), torch.randn(3, 4, 16)
    mask = torch.arange(7) < torch.tensor([7, 3, 1])[:, None]
    together = module(frames, queries, mask)
    for index in range(4):
        alone = module(frames, queries[:, index], mask)
        for many, one in zip(together, alone):
            torch.testing.assert_close(many[:, index], one)


def test_evidence_by_hand():
    """Two frames of scores 0 and log 3: half of the exponents' sum, 2."""
    head = MODELS.build(dict(
        type='cra_plugin.EvidenceHead', kernel_size=1, span_temperature=1.))
    frames = torch.tensor([[[0., 0.], [np.log(3.), 0.]]])
    output = head(frames, torch.tensor([[[1., 0.], [0., 1.]]]))
    torch.testing.assert_close(output.logits,
                               torch.tensor([[np.log(2.), 0.]]).float())
    torch.testing.assert_close(output.weights, torch.tensor(
        [[[.25, .75], [.5, .5]]]))
    # With a low temperature the best frame alone decides.
    sharp = MODELS.build(dict(type='cra_plugin.EvidenceHead',
                              temperature=0.01))
    torch.testing.assert_close(
        sharp(frames, torch.tensor([[[1., 0.]]])).logits,
        torch.tensor([[np.log(3.)]]).float(), atol=0.02, rtol=0)


def test_scores_survive_half_precision(build_grounder, make_batch):
    model = build_grounder('evidence_nextgqa.py')
    inputs, _ = make_batch(6)
    with torch.autocast('cpu', torch.bfloat16):
        output = answers(model, inputs)
    assert output.logits.dtype == output.weights.dtype == torch.float32


@pytest.mark.parametrize(('name', 'options'), [
    ('evidence_nextgqa.py', {'grounding': 'query'}),
    ('cra_nextgqa.py', {'grounding': 'evidence'}),
    ('cra_nextgqa.py', {'grounding': 'frames'})])
def test_a_way_that_the_head_does_not_go(name, options, build_grounder):
    with pytest.raises(InputError, match=r'^model\.grounding: '):
        build_grounder(name, **options)


def test_evidence_has_nothing_for_the_front_door(build_grounder):
    with pytest.raises(InputError, match=r'front_door: found one, with gro'):
        build_grounder('evidence_nextgqa.py', causal_intervention={
            'type': 'cra_plugin.ExplicitCausalIntervention', 'front_door': {
                'type': 'cra_plugin.FrontDoorIntervention',
                'num_clusters': 4}})


def test_a_list_is_no_part(build_grounder):
    with pytest.raises(InputError, match=r'grounding_head: found \[1\]'):
        build_grounder('evidence_nextgqa.py', grounding_head=[1])
