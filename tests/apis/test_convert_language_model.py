"""Released checkpoints of CRA on FrozenBiLM: whole, or what was trained."""

import pytest
import torch

from cra_plugin.apis.config import load_config
from cra_plugin.apis.convert_checkpoint import convert_checkpoint
from cra_plugin.apis.test import test as evaluate
from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.conversion.reference_names import ReferenceNames
from cra_plugin.errors import InputError
from cra_plugin.models.language_models.trained_state import KEY
from cra_plugin.registry import MODELS
from tests.helpers.tiny_language_model import folder_of, hub, language_model
from tests.helpers.tool_process import REPOSITORY

RELEASE = REPOSITORY / 'configs' / 'cra_frozenbilm_nextgqa_release.py'
BASE = 'language_model'


def released_names(model, trained_only):
    """Its parameters under their released names."""
    names, theirs = ReferenceNames('cra_plugin.GSGHead', True), {}
    for name, value in model.named_parameters():
        if trained_only and name.startswith(BASE) and (
                not value.requires_grad):
            continue
        sources = names.sources(name)
        assert sources, name
        value = value.detach().clone()
        parts = value.chunk(len(sources)) if value.ndim else (value, )
        theirs |= dict(zip(sources, parts))
    return theirs


@pytest.fixture(scope='module')
def options(frozenbilm_options):
    return frozenbilm_options | {'log_level': 'ERROR'}


@pytest.fixture(scope='module')
def model(options):
    """One on the tiny base, with everything trained far from its start."""
    torch.manual_seed(5)
    model = MODELS.build(load_config(RELEASE, options).model)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if not name.startswith(BASE) or value.requires_grad:
                value.add_(torch.randn_like(value), alpha=.3)
    return model


@pytest.fixture(params=[True, False], ids=['trained', 'whole'])
def converted(request, model, options, tmp_path):
    """Whether it is of what was trained alone, and the file."""
    torch.save({'model': released_names(model, request.param), 'epoch': 3},
               tmp_path / 'in.pth')
    report = convert_checkpoint(tmp_path / 'in.pth', tmp_path / 'out.pth',
                                RELEASE, options)
    assert report.unused == report.unexpected == ()
    return request.param, tmp_path / 'out.pth'


def test_it_has_what_was_trained_and_knows_its_base(converted, model):
    trained_only, path = converted
    state = load_checkpoint_file(str(path))['state_dict']
    expected = model.state_dict()
    for name, value in expected.items():
        if name.endswith('filled'):
            assert state[name]
        elif not name.endswith(KEY):
            assert torch.equal(state[name], value), name
    assert bool(state[f'{BASE}.{KEY}'].any()) != trained_only
    # No part of the base is in it but the answers, which a file may have.
    assert {name for name in state.keys() - expected.keys()
            if 'answer_' not in name} == set()


def test_it_answers_as_the_model_does(converted, model, options, tmp_path):
    torch.save({'state_dict': model.state_dict(), 'meta': {}},
               tmp_path / 'ours.pth')
    dumps = []
    for name in ('ours', 'out'):
        evaluate(str(RELEASE), str(tmp_path / f'{name}.pth'), str(tmp_path),
                 dump=str(tmp_path / f'{name}.json'), options=dict(options))
        dumps.append([(tmp_path / f'{name}{end}.json').read_text()
                      for end in ('', '_spans', '_attention')])
    assert dumps[0] == dumps[1]


def test_on_another_base_a_whole_one_is_refused(converted, options, tmp_path):
    trained_only, path = converted
    other = options | {'model.language_model.name': folder_of(
        tmp_path / 'other', hub(language_model(8)))}
    if trained_only:  # nothing is known of its base
        evaluate(str(RELEASE), str(path), str(tmp_path), options=other)
        return
    with pytest.raises(InputError, match='trained on another base model'):
        evaluate(str(RELEASE), str(path), str(tmp_path), options=other)


def test_a_lost_adapter_is_named(model, options, tmp_path):
    state = released_names(model, True)
    name = 'deberta.encoder.layer.1.output.adapter.up.bias'
    del state[name]
    torch.save(state, tmp_path / 'in.pth')
    with pytest.raises(InputError, match=f'found no {name}; expected all'):
        convert_checkpoint(tmp_path / 'in.pth', tmp_path / 'out.pth', RELEASE,
                           options)
    assert not (tmp_path / 'out.pth').exists()
