import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.models.video_encoders.precomputed_features import (
    PrecomputedFeatures,
)


def test_hands_frames_on():
    frames = torch.randn(2, 3, 6)
    assert PrecomputedFeatures(6)(frames) is frames
    assert PrecomputedFeatures().out_dim == 768


def test_names_the_width_it_was_given():
    with pytest.raises(InputError) as caught:
        PrecomputedFeatures(8)(torch.randn(2, 3, 6))
    for word in ('PrecomputedFeatures.out_dim', 'found 8', 'width 6',
                 'PrecomputedFeatures.out_dim=6'):
        assert word in str(caught.value)
