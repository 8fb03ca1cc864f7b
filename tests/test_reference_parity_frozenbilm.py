"""The ``release`` preset equals the released CRA on FrozenBiLM.

Released weights are rebuilt, converted by the tool and loaded; every value
of the golden files is compared. ``CRA_GOLDEN_DIR`` names their folder.
"""

import copy
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config

from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.datasets.transforms import tokenize_mask_prompts
from cra_plugin.registry import MODELS, TRANSFORMS
from tests.helpers.forked_python import fork_tool
from tests.helpers.frozenbilm_outputs import (
    SETTINGS,
    branch_outputs,
    differ,
    differences,
    grounded,
    layer_outputs,
    odd_batches,
    plain_outputs,
    plain_training_outputs,
    settings,
    training_outputs,
)
from tests.helpers.golden_frozenbilm import (
    golden_frozenbilm_files,
    read_cases,
)
from tests.helpers.preset_fields import flip, flips
from tests.helpers.reference_outputs import (
    PROBE_SPANS,
    positive_drawn_again,
    probe_spans,
)
from tests.helpers.tool_process import REPOSITORY

RELEASE, PAPER = (
    Config.fromfile(str(REPOSITORY / 'configs' / name))
    for name in ('cra_frozenbilm_nextgqa_release.py',
                 'cra_frozenbilm_nextgqa.py'))
BRANCHES = ('vqa', 'vq')
HEAD = ('model', 'grounding_head')
FLIPS = [
    *flips(RELEASE, PAPER).items(),
    ((*HEAD, 'gate'), 'scaled_tanh'), ((*HEAD, 'border'), 'reflect'),
    ((*HEAD, 'kernel_size'), 3), (('model', 'cma_loss', 'temperature'), .1),
    (('model', 'num_heads'), 4),
    (('optim_wrapper', 'constructor'), 'DefaultOptimWrapperConstructor')]


def release_options(case, pretrained):
    """What makes the shipped config that of the case."""
    shapes = case.spec['cra']
    front, back = ('model.causal_intervention.front_door',
                   'model.causal_intervention.back_door')
    return {
        'model.language_model.name': None,
        'model.language_model.config': dict(case.spec['config']),
        'model.language_model.pretrained': pretrained,
        'model.language_model.mask_token_id': case.spec['mask_token'],
        'model.language_model.dropout': 0.0, 'model.dropout': 0.0,
        'model.video_encoder.out_dim': case.spec['feature_dim'],
        f'{front}.num_clusters': case.spec['clusters'],
        f'{back}.num_clusters': case.spec['clusters'],
        f'{back}.node_dim': shapes['do._lin_do.node'][2],
        **{f'{door}.hidden_dim': shapes['do._lin_do.do.q.weight'][0]
           for door in (front, back)}}


def build(case, config, state=None, strict=True):
    """The model of a config with the converted weights."""
    torch.manual_seed(0)
    model = MODELS.build(copy.deepcopy(config.model)).eval()
    model.load_state_dict(case.state if state is None else state,
                          strict=strict)
    return model


@pytest.fixture(scope='module', params=golden_frozenbilm_files(),
                ids=lambda path: path.stem)
def cases(request, tmp_path_factory):
    """The cases of a golden file, converted by the tool."""
    found = read_cases(request.param)
    folder = tmp_path_factory.mktemp(request.param.stem)
    for name, case in found.items():
        released = folder / f'{name}.pth'
        torch.save({'model': {f'module.{key}': value for key, value
                              in case.weights.items()}}, released)
        case.config = copy.deepcopy(RELEASE)
        options = release_options(case, str(released))
        case.config.merge_from_dict(options)
        options['model.language_model.pretrained'] = None
        case.config.dump(str(folder / 'config.py'))
        process = fork_tool(
            'convert_reference_checkpoint.py', released,
            folder / f'{name}_ours.pth', '--config', folder / 'config.py')
        assert process.returncode == 0, process.stderr
        case.said = process.stdout
        case.state = load_checkpoint_file(
            str(folder / f'{name}_ours.pth'))['state_dict']
        case.model = build(case, case.config)
    return SimpleNamespace(found=found)


@pytest.fixture
def case_of(cases):
    """A case by name, or a skip."""

    def find(name):
        if name not in cases.found:
            pytest.skip(f'this file has no case {name}')
        return cases.found[name]

    return find


@pytest.mark.parametrize('branch', BRANCHES)
@pytest.mark.parametrize('name', ['m5', 'm4'])
@pytest.mark.parametrize('single', [False, True])
def test_the_language_model_by_itself(case_of, name, branch, single):
    case = case_of(name)
    golden = case.expected(branch)
    found = plain_outputs(case.model, case, branch, single)
    assert differences(found, golden) == {}
    assert found.keys() <= golden.keys()


@pytest.mark.parametrize('branch', BRANCHES)
@pytest.mark.parametrize('name', ['m5', 'm4'])
def test_every_value_of_a_branch(case_of, name, branch):
    case = case_of(name)
    golden = case.expected(branch)
    batched, alone, first = branch_outputs(case.model, case, branch)
    found = batched | plain_outputs(case.model, case, branch)
    positions = golden.pop('c0_positions', None)
    if positions is not None:
        found |= layer_outputs(case.model, case, positions)
        found |= {'c0_trans': first['trans'][:, 0],
                  'c0_grounding_v': first['grounding_v'][:, 0, ::4],
                  'c0_grounding_q': first['grounding_q'][:, 0]}
    for part in ('c0_logits_padded_by_3', 'c0_logits_first_two_alone'):
        if part in golden:
            found |= odd_batches(case.model, case)
    assert golden.keys() <= found.keys()
    assert differences(found, golden) == {}
    assert differences(alone, golden) == {}


@pytest.mark.parametrize('name', ['m5', 'm4'])
def test_a_step_of_the_training(case_of, name):
    case = case_of(name)
    golden = case.expected('train')
    found = training_outputs(case.model, case)
    found |= training_outputs(case.model, case, cma=False)
    plain = plain_training(case)
    negatives = {'vq_cma_negatives', 'vqa_cma_negatives'}
    assert golden.keys() - negatives <= (found | plain).keys()
    assert differences(found | plain, golden) == {}
    case.model.eval()


def plain_training(case):
    """The same of the plain language model."""
    config = copy.deepcopy(case.config)
    config.model.update(grounding_head=None, causal_intervention=None,
                        cma_loss=None, question_loss=None)
    kept = {name: value for name, value in case.state.items()
            if name.startswith('language_model.')}
    return plain_training_outputs(build(case, config, kept), case)


def test_short_videos(case_of):
    case = case_of('m4')
    golden = case.expected('short')
    lengths = golden.pop('video_length')
    mask = torch.arange(case.frames) < lengths[:, None]
    with torch.no_grad():
        found = grounded(case.model, case.inputs(case.tokens['vqa'], mask))
    found |= plain_outputs(case.model, case, 'vqa', frame_mask=mask)
    assert golden.keys() <= found.keys()
    assert differences(found, golden) == {}


def test_the_answers_from_their_tokens(case_of):
    model = case_of('m5').model
    golden = torch.as_tensor(
        case_of('m5').content['answer_head/from_tokens'])
    before = model.language_model.answer_embeddings.clone()
    model.language_model.set_answers([[5, 6], [7]])
    found = model.language_model.answer_embeddings.clone()
    with torch.no_grad():
        model.language_model.answer_embeddings.copy_(before)
    torch.testing.assert_close(found, golden, atol=1e-6, rtol=0)


def test_the_released_width(case_of):
    case = case_of('wide')
    found, _, _ = branch_outputs(case.model, case, 'vqa')
    found |= plain_outputs(case.model, case, 'vqa')
    golden = case.expected('')
    for name, value in golden.items():
        if name in found and value.shape != found[name].shape:
            found[name] = found[name][..., ::24]
    assert golden.keys() - set('BMLT') <= found.keys()
    assert differences(found, golden) == {}


def texts_of(config, monkeypatch):
    """How the right and a wrong question are spelled in training."""
    step = next(each for each in config.train_dataloader.dataset.pipeline
                if 'Tokenize' in each.type)
    monkeypatch.setattr(tokenize_mask_prompts, 'load_tokenizer',
                        lambda *_: SimpleNamespace(mask_token='<mask>'))
    transform = TRANSFORMS.build(dict(step, tokenizer='any'))
    return transform._spell('why', True), transform._spell('why', False)


def output_parts(case, config, model):
    """What is found and what is expected, cheap parts first."""
    spans = {f'probe_{name}': torch.tensor(each, dtype=torch.double)
             for name, each in PROBE_SPANS.items()}
    yield settings(config, model), SETTINGS
    yield probe_spans(model), spans
    tokens = case.tokens['vqa']
    golden = case.expected('vqa')
    with torch.no_grad():
        yield grounded(model, case.inputs(tokens)), golden
        short = case.expected('short')
        mask = torch.arange(case.frames) < short.pop('video_length')[:, None]
        yield grounded(model, case.inputs(tokens, mask)), short
    yield training_outputs(model, case), case.expected('train')


@pytest.mark.parametrize(
    ('path', 'value'), FLIPS,
    ids=lambda x: '.'.join(map(str, x)) if isinstance(x, tuple) else str(x))
def test_every_field_of_the_preset_is_needed(case_of, path, value,
                                             monkeypatch):
    case = case_of('m4')
    if not case.expected('short'):
        pytest.skip('no short videos, which some fields need')
    config = flip(case.config, path, value)
    if path[0] == 'default_hooks':
        assert RELEASE.default_hooks.checkpoint.save_best == 'Acc@VQA'
        return
    if path[0] == 'train_dataloader':
        assert (texts_of(config, monkeypatch),
                positive_drawn_again(config)) != (('Why?', 'why'),
                                                  (True, True))
        return
    model = build(case, config, strict=False)
    assert any(differ(*part) for part in output_parts(case, config, model))


def test_nothing_differs_without_a_flip(case_of, monkeypatch):
    case = case_of('m4')
    model = build(case, case.config)
    for found, expected in output_parts(case, case.config, model):
        assert not differ(found, expected), differences(found, expected)
    assert texts_of(case.config, monkeypatch) == ('Why?', 'why')
    assert positive_drawn_again(case.config) == (True, True)
