"""A part of a model is refused in the place of another."""

import pytest
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.models.build_part import build_part
from cra_plugin.models.check_part import check_part
from cra_plugin.registry import MODELS


@pytest.mark.parametrize(('place', 'kind', 'found'), [
    ('mil_nce_loss', 'CMALoss', 'CMALoss, which is called with (video, '),
    ('cma_loss', 'MILNCELoss', 'MILNCELoss, which is called with (text, '),
    # As many arguments, and another kind.
    ('grounding_head', 'CMALoss', 'CMALoss, '),
    ('answer_loss', 'BackDoorIntervention', 'BackDoorIntervention, ')])
def test_parts_of_another_place(place, kind, found):
    config = {'type': f'cra_plugin.{kind}'}
    if 'Door' in kind:
        config |= {'d_model': 8, 'node_dim': 4, 'num_clusters': 2}
    with pytest.raises(InputError) as caught:
        build_part(f'model.{place}', MODELS, config)
    assert str(caught.value).startswith(f'model.{place}.type: found {found}')


class OfYours(nn.Module):

    def forward(self, video, text, videos, more=None):
        return video


def test_parts_of_others():
    check_part('model.cma_loss', OfYours())
    check_part('model.span_decoders.window', object())
    build_part('model.answer_loss', MODELS,
               {'type': 'mmaction.CrossEntropyLoss'})
    with pytest.raises(InputError, match='called with 2 arguments'):
        check_part('model.text_encoder', OfYours())
