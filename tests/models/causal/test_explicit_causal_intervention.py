import pytest
import torch

from cra_plugin.registry import MODELS

FRONT = {'type': 'cra_plugin.FrontDoorIntervention', 'num_clusters': 3}
BACK = {'type': 'cra_plugin.BackDoorIntervention', 'num_clusters': 3,
        'node_dim': 4}


@pytest.mark.parametrize('front', [None, FRONT])
@pytest.mark.parametrize('back', [None, BACK])
def test_each_part_can_be_left_out(front, back):
    module = MODELS.build({
        'type': 'cra_plugin.ExplicitCausalIntervention', 'd_model': 16,
        'feature_dim': 6, 'front_door': front, 'back_door': back})
    query, mediator, video = torch.randn(3, 2, 16)
    frames = torch.randn(2, 5, 16)
    if back:
        module.back_door.dictionary.fill(torch.randn(3, 8, 4), 'a test')
    deconfounded = module.deconfound_query(query)
    assert (deconfounded is query) is (back is None)
    grounded = module.deconfound_video(mediator, video, frames, None)
    assert (grounded is mediator) is (front is None)
    assert grounded.shape == deconfounded.shape == (2, 16)
    assert {name.split('.')[0] for name in module.state_dict()} == {
        name for name, part in (('front_door', front), ('back_door', back))
        if part}


def test_configs_are_not_changed():
    config = {'type': 'cra_plugin.ExplicitCausalIntervention', 'd_model': 16,
              'feature_dim': 6, 'front_door': dict(FRONT)}
    module = MODELS.build(config)
    assert config['front_door'] == FRONT
    assert module.front_door.dictionary.centers.shape == (3, 6)
