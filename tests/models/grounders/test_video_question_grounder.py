import numpy as np
import pytest
import torch

from cra_plugin.errors import InputError

CONFIGS = ('cra_nextgqa.py', 'cra_nextgqa_release.py',
           'tempclip_ph_nextgqa.py', 'tempclip_ng_nextgqa.py',
           'tempclip_ngplus_nextgqa.py')
# Sigma is logged with the losses, and added to none.
ALL_LOSSES = frozenset(
    ('loss_vqa', 'loss_vq', 'loss_cma_vqa', 'loss_cma_vq', 'sigma'))
LOSSES = {CONFIGS[0]: ALL_LOSSES, CONFIGS[1]: ALL_LOSSES,
          CONFIGS[2]: {'loss_vqa'}, CONFIGS[3]: {'loss_vqa'},
           CONFIGS[4]: {'loss_vqa', 'loss_vq'}}


def outputs(model, inputs):
    with torch.no_grad():
        return model(inputs, mode='tensor')


def rows(inputs, index):
    return {key: value[index] for key, value in inputs.items()}


@pytest.mark.parametrize('name', CONFIGS)
def test_losses_of_each_config(name, build_grounder, make_batch):
    model = build_grounder(name).train()
    inputs, samples = make_batch(0)
    losses = model(inputs, samples, mode='loss')
    assert losses.keys() == LOSSES[name]
    total = sum(losses.values())
    assert total.isfinite() and total.ndim == 0
    total.backward()
    for key, parameter in model.named_parameters():
        assert (parameter.grad is not None) is parameter.requires_grad, key


@pytest.mark.parametrize(('options', 'missing'), [
    ({'question_loss': None}, {'loss_vq', 'loss_cma_vq'}),
    ({'cma_loss': None}, {'loss_cma_vq', 'loss_cma_vqa'}),
    ({'causal_intervention': None}, set()),
    ({'causal_intervention__front_door': None}, set()),
    ({'causal_intervention__back_door': None}, set()),
    ({'grounding_head__gate': 'dot'}, set()),
    ({'grounding_head__kernel_size': 1}, {'sigma'})])
def test_ablations(options, missing, build_grounder, make_batch):
    model = build_grounder(**options).train()
    inputs, samples = make_batch(1)
    losses = model(inputs, samples, mode='loss')
    assert losses.keys() == LOSSES['cra_nextgqa.py'] - missing
    sum(losses.values()).backward()
    for key, parameter in model.named_parameters():
        assert (parameter.grad is not None) is parameter.requires_grad, key
    assert model.eval()(inputs, samples, mode='predict')


@pytest.mark.parametrize(('field', 'value', 'named'), [
    ('grounding_head.gate', 'sigmoid', 'grounding_head.gate'),
    ('grounding_head.sigma', 'fixed', 'grounding_head.sigma'),
    ('temporal_encoder.norm', 'batch', 'temporal_encoder.norm'),
    ('text_encoder.name', 'roberta-base', 'text_encoder'),
    ('cma_loss.negatives', 'hard', 'cma_loss.negatives'),
    ('causal_intervention.front_door.attention_over', 'videos',
     'causal_intervention.front_door.attention_over')])
def test_errors_of_parts_name_the_field(build_grounder, field, value, named):
    with pytest.raises(InputError) as caught:
        build_grounder(**{field: value})
    assert str(caught.value).startswith(f'model.{named}: found ')
    assert caught.value.where == f'model.{named}'


def test_errors_of_a_step_name_the_field(build_grounder, make_batch):
    inputs, _ = make_batch(0)
    inputs['frames'] = inputs['frames'][..., 1:]
    with pytest.raises(InputError, match=r'^model\.video_encoder\.out_dim: .*'
                       r'set --cfg-options model\.video_encoder\.out_dim=11'):
        build_grounder()(inputs)


@pytest.mark.parametrize(('side', 'shape', 'fix'), [
    ('front_door', (4, 7), 'model.video_encoder.out_dim=7'),
    ('back_door', (4, 8, 7),
     'model.causal_intervention.back_door.node_dim=7')])
def test_dictionaries_that_do_not_fit_name_the_option(
        build_grounder, tmp_path, side, shape, fix):
    path = tmp_path / 'dictionary.npz'
    np.savez(path, centers=np.zeros(shape, np.float32))
    with pytest.raises(InputError) as caught:
        build_grounder(**{
            f'causal_intervention.{side}.dictionary': str(path)})
    assert str(caught.value).endswith(f'set --cfg-options {fix}')


def test_parts_take_init_cfg(build_grounder):
    zeros = dict(type='Constant', layer='Linear', val=0.)
    model = build_grounder(grounding_head__init_cfg=zeros)
    before = {key: value.clone() for key, value in
              model.state_dict().items()}
    model.init_weights()
    changed = {key for key, value in model.state_dict().items()
               if not torch.equal(value, before[key])}
    # Of the others, pretrained text encoders included, none is drawn anew.
    assert changed and all(
        key.startswith('grounding_head.') for key in changed)


def test_losses_by_hand(build_grounder, make_batch):
    model = build_grounder(cma_loss__mask_same_video=False)
    inputs, samples = make_batch(2)
    losses = model(inputs, samples, mode='loss')
    frames = model.encode_frames(inputs)
    queries = {'choice': lambda x: x.max(1).values,
               'question': lambda x: torch.stack(
                   [row[s.gt_question] for row, s in zip(x, samples)])}
    for kind, branch, field in (('choice', 'vqa', 'gt_answer'),
                                ('question', 'vq', 'gt_question')):
        (candidates, ) = model.encode_candidates(inputs, kind)
        output = model.ground(frames, inputs['frame_mask'], candidates,
                              queries[kind](candidates))
        true = [getattr(sample, field) for sample in samples]
        entropy = np.mean([
            -output.logits[row].log_softmax(0)[index].item()
            for row, index in enumerate(true)])
        assert losses[f'loss_{branch}'].item() == pytest.approx(
            entropy, rel=1e-4)
        text = torch.stack([c[index] for c, index in zip(candidates, true)])
        aligned = model.cma_loss(output.video, text, torch.arange(3))
        assert losses[f'loss_cma_{branch}'].item() == pytest.approx(
            aligned.item(), rel=1e-4)


def test_videos_are_told_apart_for_the_alignment(build_grounder, make_batch):
    model = build_grounder()
    inputs, samples = make_batch(2)
    seen = []
    model.cma_loss.forward = lambda video, text, videos: (
        seen.append(videos.tolist()) or video.sum())
    samples[2].set_metainfo({'question_info': samples[0].question_info})
    model(inputs, samples, mode='loss')
    assert seen[0] == seen[1]
    first, second, third = seen[0]
    assert first == third != second


@pytest.mark.parametrize('name', CONFIGS)
def test_predictions_have_all_fields(name, build_grounder, make_batch):
    model = build_grounder(name)
    inputs, samples = make_batch(3, size=4)
    with torch.no_grad():
        predicted = model(inputs, samples, mode='predict')
        logits, weights = model(inputs, mode='tensor')
    assert len(predicted) == 4
    for row, sample in enumerate(predicted):
        real = len(sample.frame_times)
        assert sample.pred_answer == logits[row].argmax()
        torch.testing.assert_close(sample.pred_scores, logits[row].softmax(0))
        torch.testing.assert_close(sample.frame_weights, weights[row, :real])
        assert sample.frame_weights.sum() == pytest.approx(1, abs=1e-5)
        assert sample.pred_span.keys() == {'window', 'adaptive', 'merged'}
        assert all(len(span) == 2 for span in sample.pred_span.values())
        if 'release' not in name:
            for start, end in sample.pred_span.values():
                assert 0 <= start <= end <= sample.duration + 1e-9


PAPER = [name for name in CONFIGS if 'release' not in name]


@pytest.mark.parametrize('seed', range(3))
@pytest.mark.parametrize('name', PAPER)
def test_batch_mates_and_order_do_not_matter(name, seed, build_grounder,
                                             make_batch):
    model = build_grounder(name, seed)
    inputs, _ = make_batch(seed, size=5)
    logits, weights = outputs(model, inputs)
    order = torch.from_numpy(np.random.default_rng(seed).permutation(5))
    for found, whole in zip(outputs(model, rows(inputs, order)),
                            (logits, weights)):
        torch.testing.assert_close(found, whole[order], atol=1e-5, rtol=1e-5)
    for row in range(5):
        found = outputs(model, rows(inputs, slice(row, row + 1)))
        for one, whole in zip(found, (logits, weights)):
            torch.testing.assert_close(one[0], whole[row], atol=1e-5,
                                       rtol=1e-5)


@pytest.mark.parametrize('seed', range(3))
@pytest.mark.parametrize('name', PAPER)
def test_padding_does_not_matter(name, seed, build_grounder, make_batch):
    model = build_grounder(name, seed)
    inputs, _ = make_batch(seed, size=4)
    logits, weights = outputs(model, inputs)
    grow = torch.nn.functional.pad
    padded = {
        'frames': grow(inputs['frames'], (0, 0, 0, 3), value=50.),
        'frame_mask': grow(inputs['frame_mask'], (0, 3)),
        'choice_tokens': grow(inputs['choice_tokens'], (0, 4), value=9),
        'choice_mask': grow(inputs['choice_mask'], (0, 4))}
    more_logits, more_weights = outputs(model, padded)
    torch.testing.assert_close(more_logits, logits, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(more_weights[:, :-3], weights, atol=1e-5,
                               rtol=1e-5)
    assert (more_weights[:, -3:] == 0).all()


def test_the_released_one_depends_on_batch_mates(build_grounder, make_batch):
    model = build_grounder('cra_nextgqa_release.py')
    inputs, _ = make_batch(0, ragged=False)
    together = outputs(model, inputs)[0][0]
    alone = outputs(model, rows(inputs, slice(0, 1)))[0][0]
    assert (together - alone).abs().max() > 1e-4


@pytest.mark.parametrize(
    ('d_model', 'frames', 'choices', 'clusters'),
    [(8, 1, 1, 1), (16, 2, 2, 7), (40, 33, 4, 2), (64, 5, 6, 9)])
def test_any_size(d_model, frames, choices, clusters, build_grounder,
                  make_batch):
    for name in CONFIGS[:2]:
        model = build_grounder(
            name, d_model=d_model,
            causal_intervention__front_door__num_clusters=clusters,
            causal_intervention__back_door__num_clusters=clusters)
        inputs, samples = make_batch(4, choices=choices, frames=frames)
        logits, weights = outputs(model, inputs)
        assert logits.shape == (3, choices) and weights.shape == (3, frames)
        assert all(loss.isfinite() for loss in model(
            inputs, samples, mode='loss').values())


def test_only_the_weights_depend_on_the_query(build_grounder, make_batch):
    model = build_grounder(causal_intervention=None)
    inputs, _ = make_batch(5)
    frames, mask = model.encode_frames(inputs), inputs['frame_mask']
    (candidates, ) = model.encode_candidates(inputs, 'choice')
    found = model.ground(frames, mask, candidates, candidates[:, 0])
    pooled = torch.stack([w @ x for w, x in zip(found.weights, frames)])
    torch.testing.assert_close(found.video, model.pooling(pooled))
    torch.testing.assert_close(
        found.logits, torch.stack([
            c @ v for c, v in zip(candidates, found.video)]))


def test_question_changes_the_answer_of_the_same_video(build_grounder,
                                                       make_batch):
    model = build_grounder()
    inputs, _ = make_batch(6, size=2, ragged=False)
    inputs['frames'][1] = inputs['frames'][0]
    _, weights = outputs(model, inputs)
    assert (weights[0] - weights[1]).abs().sum() > 1e-3


def test_states_round_trip(build_grounder, make_batch):
    inputs, _ = make_batch(7)
    for name in CONFIGS:
        source, target = build_grounder(name, 1), build_grounder(name, 2)
        target.load_state_dict(source.state_dict())
        for one, other in zip(outputs(source, inputs),
                              outputs(target, inputs)):
            assert torch.equal(one, other)


def test_bad_mode_and_bad_width(build_grounder, make_batch):
    model = build_grounder()
    inputs, samples = make_batch(0)
    with pytest.raises(RuntimeError, match="mode 'train'"):
        model(inputs, samples, mode='train')
    inputs['frames'] = inputs['frames'][..., :-1]
    with pytest.raises(InputError, match=r'model\.video_encoder\.out_dim'):
        model(inputs)
