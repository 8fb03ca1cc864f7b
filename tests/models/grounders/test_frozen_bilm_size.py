"""Parameters of the full size, counted on the meta device."""

from math import prod

import pytest
import torch
from mmengine.config import Config

from cra_plugin.registry import MODELS
from tests.helpers.golden_frozenbilm import frozenbilm_shapes
from tests.helpers.tool_process import REPOSITORY

FULL = frozenbilm_shapes()['full']
COUNTS = FULL['counts']
# A norm of the released files that nothing calls.
NEVER_CALLED = 3_072


def count(name, **changes):
    """All parameters, and those that are trained, of a shipped config."""
    config = Config.fromfile(str(REPOSITORY / 'configs' / name))
    config.model.language_model.update(
        name=None, config=dict(FULL['config']), mask_token_id=128_000)
    config.merge_from_dict(changes)
    with torch.device('meta'):
        model = MODELS.build(config.model)
    return model, *(
        sum(each.numel() for each in model.parameters()
            if each.requires_grad or not trained)
        for trained in (False, True))


def test_the_language_model_alone():
    _, total, trained = count('frozenbilm_ph_nextgqa.py')
    assert total == COUNTS['plain_total'] == 917_450_342
    assert trained == COUNTS['plain_trainable'] == 29_735_424


def test_the_release_preset():
    model, total, trained = count('cra_frozenbilm_nextgqa_release.py')
    assert total + NEVER_CALLED == COUNTS['cra_total'] == 963_595_721
    # It never gets a gradient: frozen here, and counted in the release.
    language = sum(each.numel() for each in
                   model.causal_intervention.back_door.parameters())
    assert trained + language + NEVER_CALLED == COUNTS['cra_trainable']
    assert (trained, COUNTS['cra_trainable']) == (69_702_915, 75_880_803)
    assert COUNTS['published_trainable_in_release_log'] not in (
        trained, COUNTS['cra_trainable'])


def test_the_shapes_add_up_to_the_counts():
    assert sum(map(prod, FULL['cra'].values())) == COUNTS['cra_total']
    assert sum(prod(FULL['cra'][name]) for name in FULL['trainable']
               ) == COUNTS['cra_trainable']


@pytest.mark.parametrize('factor', [8, 16])
def test_the_adapters(factor):
    model, _, trained = count('frozenbilm_ph_nextgqa.py', **{
        'model.language_model.adapter_factor': factor})
    found = sum(each.numel() for name, each in model.named_parameters()
                if '.down.' in name or '.up.' in name)
    narrow = 1536 // factor
    assert found == 48 * (2 * 1536 * narrow + narrow + 1536)
    assert trained - found == 29_735_424 - 28_394_496
