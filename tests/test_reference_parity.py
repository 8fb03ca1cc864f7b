"""The ``release`` preset equals the released model, number for number.

Released weights are rebuilt, converted by the tool and loaded; every value
of the golden files is compared. ``CRA_GOLDEN_DIR`` names their folder.
"""

import re
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config

from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.registry import MODELS
from tests.helpers.golden_recipe import (
    COPY,
    PAD,
    Golden,
    convert_by_tool,
    golden_files,
    seeded,
    text_config,
)
from tests.helpers.preset_fields import flip, flips
from tests.helpers.reference_outputs import (
    compare,
    expected_outputs,
    output_parts,
    preset_outputs,
)
from tests.helpers.tool_process import REPOSITORY

RELEASE, PAPER = (Config.fromfile(str(REPOSITORY / 'configs' / name))
                  for name in ('cra_nextgqa_release.py', 'cra_nextgqa.py'))
# Left to its default, which is the released one.
SAME = ('model', 'cma_loss', 'num_negatives')
FLIPS = {path: value for path, value in flips(RELEASE, PAPER).items()
         if path != SAME}
# What the released forward pass has no use for.
NOT_CALLED = 'selector|time_reparam|attention_video_feature'
HEAD = ('model', 'grounding_head')
OTHER_FLIPS = [
    (SAME, 16), ((*HEAD, 'gate'), 'scaled_tanh'), ((*HEAD, 'gate'), 'dot'),
    ((*HEAD, 'border'), 'reflect'), ((*HEAD, 'kernel_size'), 3),
    (('model', 'cma_loss', 'temperature'), .1),
    (('model', 'temporal_encoder', 'num_heads'), 4)]


@pytest.fixture(scope='module', params=golden_files(),
                ids=lambda path: path.stem)
def case(request, tmp_path_factory):
    """A golden file, its checkpoint converted by the tool, and the config."""
    golden = Golden(request.param)
    folder = tmp_path_factory.mktemp(request.param.stem)
    said = convert_by_tool(golden, folder)
    config = RELEASE.copy()
    config.model.text_encoder.update(
        name=None, config=text_config(golden.shapes))
    return SimpleNamespace(
        golden=golden, folder=folder, said=said, config=config,
        expected=expected_outputs(golden), state=load_checkpoint_file(
            str(folder / 'ours.pth'))['state_dict'])


def build(case, config, strict=True):
    """The model of a config with the converted weights."""
    model = MODELS.build(config.model).eval()
    model.load_state_dict(case.state, strict=strict)
    return model


@pytest.fixture(scope='module')
def found(case):
    """All outputs of the preset as it is shipped."""
    return preset_outputs(case.config, build(case, case.config), case.golden)


def test_there_are_golden_files():
    assert golden_files()
    assert {path.name for path in COPY.glob('*.npz')} >= {
        'cra_forward_dev.npz', 'cra_forward_star.npz'}


def test_every_golden_value(case, found):
    assert found.keys() == case.expected.keys()
    for name, value in found.items():
        if torch.is_tensor(value):
            assert value.shape == case.expected[name].shape, name
    assert compare(found, case.expected) == {}


def test_what_the_tool_says(case):
    assert 'unexpected: none' in case.said
    unused = case.said.split('unused: ')[1].splitlines()[0].split(', ')
    assert {re.search(NOT_CALLED, name)[0] for name in unused} == set(
        NOT_CALLED.split('|'))
    for name in ('front_door', 'back_door'):
        assert f'{name}.dictionary.centers: 512 x ' in case.said


def test_both_dictionaries_are_carried_over(case):
    for door, name in (('front', 'decoder.do.visual_clusters'),
                       ('back', 'do.node')):
        prefix = f'causal_intervention.{door}_door.dictionary'
        assert torch.equal(case.state[f'{prefix}.centers'],
                           case.golden.weights[name])
        assert case.state[f'{prefix}.filled']


def test_a_single_value_off_is_seen(case, found):
    for name, value in found.items():
        changed = value
        if torch.is_tensor(value) and value.dtype == torch.bool:
            changed = ~value
        elif torch.is_tensor(value):
            changed = value.double().clone()
            changed.view(-1)[-1] += 1e-2 + 1e-2 * changed.abs().max()
        else:
            changed = None
        assert list(compare(found | {name: changed}, case.expected)) == [name]


def shows(path, golden):
    """Whether the inputs can show a field at all: padding must be there."""
    padded = golden.tokens == PAD
    if path[-1] == 'trim_padding':
        return bool(padded.all(1).any())
    return path[-1] != 'mask_padding' or bool(padded.any())


@pytest.mark.parametrize(
    ('path', 'value'), [*FLIPS.items(), *OTHER_FLIPS],
    ids=lambda x: '.'.join(map(str, x)) if isinstance(x, tuple) else str(x))
def test_every_field_of_the_preset_is_needed(case, path, value):
    if not shows(path, case.golden):
        pytest.skip(f'{case.golden.path.name} has no padding that would show '
                    'this field')
    config = flip(case.config, path, value)
    model = build(case, config, strict=False)
    parts = output_parts(config, model, case.golden)
    # One difference is enough, so the rest is not computed.
    assert any(
        compare(part, {name: case.expected[name] for name in part})
        for part in parts)


def test_the_flips_are_those_of_the_method_page():
    named = {
        'gate', 'normalize', 'sigma', 'border', 'attention_over', 'applied',
        'trainable', 'directions', 'negatives', 'mask_same_video',
        'mask_padding', 'trim_padding', 'norm', 'score', 'unit', 'decimals',
        'clip', 'visit_first_frame', 'exclude_positive', 'save_best',
        'question_max_length', 'space_before_separator'}
    assert named <= {path[-1] for path in FLIPS}


def test_the_recipe_is_that_of_the_golden_files():
    torch.testing.assert_close(
        seeded('dev/video', (4, 32, 768), 1.)[0, 0, :3],
        torch.tensor([-.5316259, -.5537256, -.5188615]), atol=1e-6, rtol=0)
