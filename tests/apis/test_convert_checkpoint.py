"""Converting tiny checkpoints of the released format, and using them."""

from types import SimpleNamespace

import pytest
import torch

from cra_plugin.apis.config import load_config
from cra_plugin.apis.convert_checkpoint import convert_checkpoint
from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train
from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS
from tests.helpers.forked_python import fork_tool
from tests.helpers.released_format import released_state
from tests.helpers.tool_process import REPOSITORY, assert_refused, run_tool

CONFIGS = REPOSITORY / 'configs'
RELEASE = CONFIGS / 'cra_nextgqa_release.py'
FRONT = 'causal_intervention.front_door'


@pytest.fixture(scope='module')
def released(causal_options):
    """Our random weights of a tiny model, and their released names."""
    torch.manual_seed(3)
    model = MODELS.build(load_config(RELEASE, causal_options).model)
    state = model.state_dict()
    return SimpleNamespace(ours=state, theirs=released_state(state))


@pytest.fixture
def convert(tmp_path, causal_options):
    """Save a state dict, convert it, load the result."""

    def run(state, options=None, config=RELEASE):
        torch.save(state, tmp_path / 'in.pth')
        report = convert_checkpoint(
            tmp_path / 'in.pth', tmp_path / 'new' / 'out.pth', config,
            causal_options if options is None else options)
        return report, load_checkpoint_file(
            str(tmp_path / 'new' / 'out.pth'))['state_dict']

    return run


def test_round_trip(released, convert):
    report, state = convert(released.theirs)
    assert state.keys() == released.ours.keys()
    for name, value in released.ours.items():
        if name.endswith('filled'):
            assert state[name] and not value
        else:
            assert torch.equal(state[name], value), name
    assert set(report.used) == released.theirs.keys()
    assert len(report.used) == len(released.theirs)
    assert report.unused == report.unexpected == ()
    assert report.dictionaries == {
        f'{FRONT}.dictionary.centers': (4, 12),
        'causal_intervention.back_door.dictionary.centers': (4, 8, 6)}


def test_half_precision_becomes_single(released, convert):
    halves = {name: value.half() for name, value in released.theirs.items()}
    _, state = convert(halves)
    for name, value in state.items():
        assert value.dtype == released.ours[name].dtype
        if not name.endswith('filled'):
            assert torch.equal(value, released.ours[name].half().float())


def test_views_are_saved_by_themselves(released, convert, tmp_path):
    name = 'decoder.norm.gamma'
    wide = torch.zeros(2**20, *released.theirs[name].shape)
    wide[0] = released.theirs[name]
    _, state = convert(released.theirs | {name: wide[0]})
    assert torch.equal(state['temporal_encoder.norm.weight'], wide[0])
    assert (tmp_path / 'new' / 'out.pth').stat().st_size < 2**20


def test_what_is_left_over_is_named(released, convert):
    extra = {
        'decoder.layers.0.self_attn.selector.weight': torch.ones(2),
        'decoder.attention_video_feature.0.bias': torch.ones(2),
        'lang_model.bert.bert.embeddings.position_ids': torch.ones(1, 40),
        'decoder.norm.delta': torch.ones(2), 'ema.step': torch.ones(())}
    report, state = convert(released.theirs | extra)
    assert state.keys() == released.ours.keys()
    assert report.unused + report.unexpected == (*sorted(list(extra)[:3]),
                                                 'decoder.norm.delta',
                                                 'ema.step')
    assert report.unexpected == ('decoder.norm.delta', 'ema.step')


def test_a_model_without_interventions_leaves_them_over(
        released, convert, tiny_options):
    report, state = convert(released.theirs, tiny_options | {
        'model.causal_intervention': None})
    assert report.dictionaries == {} and report.unexpected == ()
    assert {'do.node', 'decoder.do.visual_clusters'} < set(report.unused)
    assert not [name for name in state if name.startswith('causal')]


@pytest.mark.parametrize('name', [
    'decoder.norm.gamma', 'do.node', 'decoder.do.visual_clusters',
    'decoder.layers.0.self_attn.linears.2.bias', 'video_model.proj.weight',
    'decoder.grounding_module.gs_filter.sigma',
    'lang_model.bert.bert.pooler.dense.bias'])
def test_a_missing_parameter_is_named(released, convert, tmp_path, name):
    rest = {key: value for key, value in released.theirs.items()
            if key != name}
    with pytest.raises(InputError) as caught:
        convert(rest)
    assert str(caught.value).startswith(
        f'{tmp_path}/in.pth: found no {name}; expected all parameters of')
    assert not (tmp_path / 'new').exists()


def test_a_wrong_shape_is_told_with_the_right_one(released, convert):
    name = 'decoder.layers.0.self_attn.linears.1.weight'
    cut = released.theirs | {name: torch.ones(32, 31)}
    with pytest.raises(InputError) as caught:
        convert(cut)
    message = str(caught.value)
    assert f'{name} of shape (32, 31) instead of (32, 32)' in message
    assert '--cfg-options' not in message


@pytest.mark.parametrize(('option', 'wrong', 'right'), [
    (f'{FRONT}.num_clusters', 5, 4), ('video_encoder.out_dim', 13, 12),
    ('d_model', 64, 32), ('temporal_encoder.num_layers', 2, 1),
    ('temporal_encoder.feedforward_dim', 8, 32),
    ('causal_intervention.back_door.num_clusters', 9, 4),
    ('causal_intervention.back_door.node_dim', 7, 6)])
def test_the_options_that_fit_are_told(released, convert, causal_options,
                                       option, wrong, right):
    with pytest.raises(InputError) as caught:
        convert(released.theirs, causal_options | {f'model.{option}': wrong})
    assert str(caught.value).endswith(
        f'Fix: set --cfg-options model.{option}={right}')


def test_several_options_at_once(released, convert, causal_options):
    wrong = {'model.d_model': 768, f'model.{FRONT}.num_clusters': 512}
    with pytest.raises(InputError) as caught:
        convert(released.theirs, causal_options | wrong)
    told = dict(pair.split('=') for pair in
                str(caught.value).split('--cfg-options ')[1].split())
    _, state = convert(released.theirs, causal_options | told | {
        name: int(value) for name, value in told.items()})
    assert state.keys() == released.ours.keys()


@pytest.mark.parametrize(('options', 'words'), [
    ({'model.grounding_head.sigma': 'positive'},
     r'grounding_head\.sigma=free'),
    ({'model.grounding_head.gate': 'dot', 'model.grounding_head.type':
      'cra_plugin.NGHead'}, r'grounding_head\.type: found .*NGHead'),
    ({'model.type': 'mmaction.Recognizer2D'}, r'model\.type: found')])
def test_other_models_are_refused(released, convert, causal_options, options,
                                  words):
    with pytest.raises(InputError, match=words):
        convert(released.theirs, causal_options | options)


def test_the_post_hoc_baseline(convert, tiny_options):
    config = CONFIGS / 'tempclip_ph_nextgqa.py'
    options = tiny_options | {'model.grounding_head.activation': 'tanh'}
    model = MODELS.build(load_config(config, options).model)
    theirs = released_state(model.state_dict(), 'cra_plugin.PostHocHead')
    assert 'decoder.attention_video_feature.2.weight' in theirs
    report, state = convert(theirs, options, config)
    assert report.dictionaries == {}
    model.load_state_dict(state)


def test_the_source_is_not_overwritten(released, tmp_path, causal_options):
    torch.save(released.theirs, tmp_path / 'in.pth')
    with pytest.raises(InputError, match='another output'):
        convert_checkpoint(tmp_path / 'in.pth', tmp_path / 'in.pth', RELEASE,
                           causal_options)


def test_tests_trains_and_resumes(released, convert, tmp_path,
                                  causal_options):
    convert(released.theirs)
    checkpoint = str(tmp_path / 'new' / 'out.pth')
    options = causal_options | {
        'log_level': 'ERROR', 'train_cfg.max_epochs': 1,
        'optim_wrapper.optimizer.lr': 0.}
    metrics = evaluate(str(RELEASE), checkpoint, str(tmp_path / 'test'),
                       options=dict(options))
    assert 0 <= metrics['Acc@VQA'] <= 100
    for name, start in (('load', {'options': options | {
            'load_from': checkpoint}}),
                        ('resume', {'options': dict(options),
                                    'resume': checkpoint})):
        runner = train(str(RELEASE), str(tmp_path / name), **start)
        assert runner.epoch == 1
        for key, value in runner.model.state_dict().items():
            if not key.endswith('filled'):
                torch.testing.assert_close(value.cpu(), released.ours[key],
                                           msg=key)
        assert runner.model.causal_intervention.front_door.dictionary.filled


def test_the_tool(released, tmp_path, causal_options, as_arguments):
    torch.save(released.theirs | {'ema.step': torch.ones(())},
               tmp_path / 'in.pth')
    options = as_arguments({
        key: value for key, value in causal_options.items()
        if key.startswith('model.')})
    process = run_tool('convert_reference_checkpoint.py', 'in.pth',
                       'out.pth', *options, cwd=tmp_path)
    assert process.returncode == 0, process.stderr
    assert process.stderr == ''
    assert process.stdout.splitlines() == [
        f'out.pth: {len(released.theirs)} parameters of in.pth',
        f'  dictionary {FRONT}.dictionary.centers: 4 x 12',
        '  dictionary causal_intervention.back_door.dictionary.centers: '
        '4 x 8 x 6', '  unused: none', '  unexpected: ema.step']
    assert_refused(
        fork_tool('convert_reference_checkpoint.py', 'in.pth', 'other.pth',
                  cwd=tmp_path),
        'error: in.pth: found ', '--cfg-options model.d_model=32 ')
    assert_refused(
        fork_tool('convert_reference_checkpoint.py', 'none.pth',
                  'other.pth', cwd=tmp_path), 'none.pth: found no such file')
    assert {path.name for path in tmp_path.iterdir()} == {
        'in.pth', 'out.pth'}
