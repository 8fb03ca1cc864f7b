import pytest
import torch

from cra_plugin.conversion.pairing import convert, pair
from cra_plugin.conversion.reference_names import ReferenceNames
from tests.helpers.golden_recipe import reference_shapes
from tests.helpers.released_format import released_state

NAMES = ReferenceNames('cra_plugin.GSGHead')
LAYER = 'temporal_encoder.layers.0.'


@pytest.fixture
def ours():
    """A few parameters of ours, all different."""
    shapes = {f'{LAYER}attention.in_proj_weight': (6, 2),
              f'{LAYER}attention.in_proj_bias': (6, ),
              f'{LAYER}feedforward_norm.weight': (2, ),
              'grounding_head.smoothing.sigma': (),
              'causal_intervention.back_door.dictionary.centers': (3, 8, 2)}
    torch.manual_seed(0)
    state = {name: torch.randn(shape) for name, shape in shapes.items()}
    state['causal_intervention.back_door.dictionary.filled'] = torch.tensor(
        False)
    return state


def test_every_parameter_goes_home(ours):
    theirs = released_state(ours)
    assert len(theirs) == 9
    pairing = pair(theirs, ours, NAMES)
    assert pairing.fits and not pairing.unused and not pairing.unexpected
    found = convert(theirs, ours, pairing)
    assert list(found) == list(ours)
    for name, value in ours.items():
        assert found[name].equal(value) or name.endswith('filled')
    assert found['causal_intervention.back_door.dictionary.filled']


def test_each_missing_one_is_named(ours):
    theirs = released_state(ours)
    for name in theirs:
        rest = {key: value for key, value in theirs.items() if key != name}
        pairing = pair(rest, ours, NAMES)
        assert pairing.missing == [name] and not pairing.fits


def test_each_wrong_shape_is_told(ours):
    theirs = released_state(ours)
    for name, value in theirs.items():
        shape = tuple(value.shape)
        pairing = pair(theirs | {name: value[None]}, ours, NAMES)
        assert pairing.misshapen == {name: ((1, *shape), shape)}
        assert not pairing.fits and not pairing.missing


def test_left_over_and_unnamed(ours):
    theirs = released_state(ours)
    more = theirs | {'decoder.video_proj.1.bias': torch.ones(1),
                     'decoder.audio_proj.1.bias': torch.ones(1)}
    pairing = pair(more, ours, NAMES)
    assert pairing.fits
    assert pairing.unused == ['decoder.video_proj.1.bias']
    assert pairing.unexpected == ['decoder.audio_proj.1.bias']
    pairing = pair(theirs, ours | {'pooling.gate': torch.ones(1),
                                   'my.own': torch.ones(1)}, NAMES)
    assert pairing.unnamed == ['my.own'] and not pairing.fits


def test_of_the_released_model_only_what_it_never_calls_is_left_over():
    shapes = reference_shapes()
    weights = {name: torch.empty(shape, device='meta')
               for name, shape in shapes.items()}
    pairing = pair(weights, {}, NAMES)
    assert sorted(pairing.unused) == sorted(shapes)
    assert pairing.unexpected == []
