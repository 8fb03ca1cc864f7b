"""The ``release`` preset equals the released model, number for number."""

import importlib.util
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.config import Config

from cra_plugin.functional.info_nce import info_nce
from cra_plugin.registry import MODELS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample

LOGITS = {'atol': 2e-4, 'rtol': 1e-3}
BOUNDED = {'atol': 1e-5, 'rtol': 1e-4}
TEXT = {
    'model_type': 'roberta', 'vocab_size': 1000, 'hidden_size': 768,
    'num_hidden_layers': 1, 'num_attention_heads': 12,
    'intermediate_size': 256, 'max_position_embeddings': 64,
    'pad_token_id': 1, 'layer_norm_eps': 1e-12}
BACK, FRONT = (f'causal_intervention.{side}_door.' for side in
               ('back', 'front'))
# Pattern of the released name: our name. What matches nothing is not used
# by the released forward pass either.
NAMES = (
    (r'lang_model\.bert\.bert\.', 'text_encoder.encoder.'),
    (r'lang_model\.linear_text\.', 'text_encoder.projection.'),
    (r'lang_model\.word_attn\.0\.', 'text_encoder.word_attention.'),
    (r'video_model\.proj\.', 'temporal_encoder.projection.'),
    (r'video_model\.norm\.', 'temporal_encoder.projection_norm.'),
    (r'decoder\.layers\.(\d)\.self_attn\.linears\.3\.',
     r'temporal_encoder.layers.\1.attention.out_proj.'),
    (r'decoder\.layers\.(\d)\.feed_forward\.w_1\.',
     r'temporal_encoder.layers.\1.feedforward.0.'),
    (r'decoder\.layers\.(\d)\.feed_forward\.w_2\.',
     r'temporal_encoder.layers.\1.feedforward.3.'),
    (r'decoder\.layers\.(\d)\.sublayer_self\.norm\.',
     r'temporal_encoder.layers.\1.attention_norm.'),
    (r'decoder\.layers\.(\d)\.sublayer_ff\.norm\.',
     r'temporal_encoder.layers.\1.feedforward_norm.'),
    (r'decoder\.norm\.', 'temporal_encoder.norm.'),
    (r'decoder\.video_proj\.', 'pooling.'),
    (r'decoder\.grounding_module\.v_proj\.',
     'grounding_head.frame_projection.'),
    (r'decoder\.grounding_module\.qa_proj\.',
     'grounding_head.query_projection.'),
    (r'decoder\.grounding_module\.grounding\.', 'grounding_head.scorer.'),
    (r'decoder\.grounding_module\.gs_filter\.',
     'grounding_head.smoothing.'),
    (r'decoder\.do\.visual_clusters$', f'{FRONT}dictionary.centers'),
    (r'decoder\.do\.do\.prob_m\.', f'{FRONT}mediator_projection.'),
    (r'decoder\.do\.do\.prob_x\.', f'{FRONT}video_projection.'),
    (r'decoder\.do\.do\.prob_x_hat\.', f'{FRONT}confounder_projection.'),
    (r'decoder\.do\.do\.prob_x_m\.', f'{FRONT}mediator_output.'),
    (r'decoder\.do\.do\.prob_x_hat_x\.', f'{FRONT}confounder_output.'),
    (r'decoder\.do\.do\.fc\.', f'{FRONT}fusion.'),
    (r'decoder\.do\.norm\.', f'{FRONT}norm.'),
    (r'do\.node$', f'{BACK}dictionary.centers'),
    (r'do\.gcn\.lin\.', f'{BACK}graph_convolution.linear.'),
    (r'do\.gcn\.bias$', f'{BACK}graph_convolution.bias'),
    (r'do\.do\.q\.', f'{BACK}query_projection.'),
    (r'do\.do\.k\.', f'{BACK}key_projection.'),
    (r'do\.do\.v\.', f'{BACK}value_projection.'),
    (r'do\.norm\.', f'{BACK}norm.'),
)


def rename(weights):
    """Released parameters under our names."""
    state = {}
    for name, value in weights.items():
        for pattern, replacement in NAMES:
            ours, matches = re.subn(f'^{pattern}', replacement, name)
            if matches:
                ours = ours.replace('.gamma', '.weight')
                state[ours.replace('.beta', '.bias')] = value
                break
    for layer in (0, 1):
        for kind in ('weight', 'bias'):
            state[f'temporal_encoder.layers.{layer}.attention.in_proj_{kind}'
                  ] = torch.cat([
                      weights[f'decoder.layers.{layer}.self_attn.linears.'
                              f'{part}.{kind}'] for part in range(3)])
    for door in (FRONT, BACK):
        state[f'{door}dictionary.filled'] = torch.tensor(True)
    return state


@pytest.fixture(scope='module')
def recipe(shared_dir):
    """The module that rebuilds the released weights and inputs."""
    spec = importlib.util.spec_from_file_location(
        'recipe', shared_dir / 'golden' / 'recipe.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope='module', params=['dev', 'star'])
def golden(request, shared_dir, recipe):
    """Released weights, inputs and outputs."""
    folder = shared_dir / 'golden'
    expected = dict(np.load(folder / f'cra_forward_{request.param}.npz'))
    salt = str(expected['salt'])
    sizes = [int(expected[key]) for key in 'BML']
    frames, tokens, answers = recipe.reference_inputs(salt, *sizes)
    shapes = json.loads((folder / 'reference_shapes.json').read_text())
    inputs = {
        'frames': frames,
        'frame_mask': torch.ones(frames.shape[:2], dtype=torch.bool),
        'choice_tokens': tokens, 'choice_mask': tokens != 1}
    inputs |= {f'question_{key}': inputs[f'choice_{key}']
               for key in ('tokens', 'mask')}
    return SimpleNamespace(
        expected={key: torch.as_tensor(value)
                  for key, value in expected.items() if key != 'salt'},
        draw=lambda name, shape: recipe.seeded(salt + name, shape, 1.),
        inputs=inputs, answers=answers, batch=sizes[0],
        state=rename(recipe.reference_state_dict(shapes, salt)))


def build(request, golden, options=None):
    """The release preset, through its config, with the released weights."""
    config = Config.fromfile(str(
        request.config.rootpath / 'configs' / 'cra_nextgqa_release.py'))
    config.merge_from_dict(options or {})
    text = config.model.text_encoder
    text.pop('name')
    text.config = TEXT
    model = MODELS.build(config.model).eval()
    missing, unknown = model.load_state_dict(golden.state, strict=False)
    if not options:
        assert not unknown
        assert not [key for key in missing if 'pooler' not in key]
    return model


@pytest.fixture(scope='module')
def model(request, golden):
    """The release preset as it is shipped."""
    return build(request, golden)


def run(model, golden, rows=slice(None)):
    """All compared outputs of inference."""
    inputs = {key: value[rows] for key, value in golden.inputs.items()}
    with torch.no_grad():
        candidates = model.encode_candidates(inputs, 'choice')
        frames = model.encode_frames(inputs)
        output = model.ground(frames, inputs['frame_mask'], candidates,
                              candidates.amax(1))
    return {
        'text_pooled': candidates, 'infer_answer_proj': candidates,
        'encoder_out': frames[:, ::8, ::64], 'infer_raw': output.raw_weights,
        'infer_smoothed': output.weights, 'infer_video_proj': output.video,
        'infer_logits': output.logits}


def tolerance(name):
    return BOUNDED if name.endswith(('raw', 'smoothed')) else LOGITS


def test_inference(model, golden):
    for name, value in run(model, golden).items():
        torch.testing.assert_close(
            value, golden.expected[name], **tolerance(name),
            msg=lambda text, name=name: f'{name}: {text}')


def test_one_sample_a_call(model, golden):
    logits = torch.cat([
        run(model, golden, slice(row, row + 1))['infer_logits']
        for row in range(golden.batch)])
    torch.testing.assert_close(
        logits, golden.expected['single_logits'], **LOGITS)


def test_padding_reaches_the_text_encoder(model):
    assert not model.data_preprocessor.trim_padding
    assert not model.text_encoder.mask_padding


def test_public_modes(model, golden):
    with torch.no_grad():
        logits, weights = model(golden.inputs)
    torch.testing.assert_close(logits, golden.expected['infer_logits'],
                               **LOGITS)
    torch.testing.assert_close(weights, golden.expected['infer_smoothed'],
                               **BOUNDED)
    samples = [VideoQGDataSample(metainfo={
        'frame_times': np.arange(32.), 'duration': 31.})
        for _ in range(golden.batch)]
    predicted = model(golden.inputs, samples, mode='predict')
    # A video of 31 seconds: the released indices are its seconds.
    windows = torch.tensor([each.pred_span['window'] for each in predicted])
    torch.testing.assert_close(
        windows, golden.expected['infer_window'].to(windows))


def test_training_branches(model, golden):
    """Query, weights, features, logits and losses of VQ and VQA."""
    samples = [VideoQGDataSample(metainfo={
        'video_id': str(row), 'gt_answer': int(answer),
        'gt_question': int(answer)})
        for row, answer in enumerate(golden.answers)]
    outputs, aligned = [], []
    ground = model.ground
    align = model.cma_loss.forward
    model.ground = lambda *args: outputs.append(ground(*args)) or outputs[-1]
    model.cma_loss.forward = lambda *args: (
        aligned.append(args) or align(*args))
    try:
        with torch.no_grad():
            losses = model(golden.inputs, samples, mode='loss')
    finally:
        del model.ground, model.cma_loss.forward
    for branch, output, pair in zip(('VQA', 'VQ'), outputs, aligned):
        found = {
            'logits': output.logits, 'smoothed': output.weights,
            'grounding_feature': pair[0], 'align_gt': pair[1],
            'ce': losses[f'loss_{branch.lower()}']}
        for name, value in found.items():
            torch.testing.assert_close(
                value, golden.expected[f'{branch}_{name}'].to(value),
                **tolerance(name),
                msg=lambda text, key=f'{branch}_{name}': f'{key}: {text}')


def test_interventions_and_alignment(model, golden):
    shape, causal = (golden.batch, 768), model.causal_intervention
    with torch.no_grad():
        back = causal.back_door.intervene(golden.draw('backdoor_x', shape))
        front = causal.front_door(golden.draw('front_m', shape),
                                  golden.draw('front_x', shape))
    torch.testing.assert_close(back, golden.expected['backdoor_out'],
                               **LOGITS)
    torch.testing.assert_close(front, golden.expected['frontdoor_out'],
                               **LOGITS)
    query = golden.draw('nce_q', shape)
    loss = info_nce(query, golden.draw('nce_v', shape) + .5 * query,
                    golden.draw('nce_neg', (golden.batch, 32, 768)))
    torch.testing.assert_close(
        loss, golden.expected['nce_q_to_v'].to(loss), **LOGITS)


@pytest.mark.parametrize('options', [
    {'model.text_encoder.mask_padding': True},
    {'model.temporal_encoder.norm': 'layer'},
    {'model.grounding_head.gate': 'scaled_tanh'},
    {'model.grounding_head.gate': 'product'},
    {'model.grounding_head.sigma': 'positive'},
    {'model.grounding_head.normalize': 'sum'},
    {'model.grounding_head.border': 'reflect'},
    {'model.grounding_head.kernel_size': 3},
    {'model.causal_intervention.front_door.attention_over': 'frames'},
    {'model.causal_intervention.back_door.applied': True},
], ids=lambda options: '{}={}'.format(*next(iter(options.items()))))
def test_every_field_of_the_preset_is_needed(request, golden, options):
    found = run(build(request, golden, options), golden)
    different = [
        name for name, value in found.items()
        if not torch.allclose(value, golden.expected[name],
                              **tolerance(name))]
    assert different
