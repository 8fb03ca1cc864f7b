import pytest

from cra_plugin.conversion.reference_names import HEADS, ReferenceNames
from tests.helpers.golden_recipe import reference_shapes


@pytest.mark.parametrize(('ours', 'theirs'), [
    ('temporal_encoder.layers.12.attention.in_proj_bias',
     tuple(f'decoder.layers.12.self_attn.linears.{n}.bias'
           for n in range(3))),
    ('temporal_encoder.layers.0.feedforward_norm.weight',
     ('decoder.layers.0.sublayer_ff.norm.gamma', )),
    ('temporal_encoder.norm.bias', ('decoder.norm.beta', )),
    ('grounding_head.scorer.3.weight',
     ('decoder.grounding_module.grounding.3.weight', )),
    ('text_encoder.encoder.encoder.layer.3.output.dense.bias',
     ('lang_model.bert.bert.encoder.layer.3.output.dense.bias', )),
    ('causal_intervention.back_door.dictionary.centers', ('do.node', )),
    ('causal_intervention.back_door.dictionary.centers_of_mine', ()),
    ('temporal_encoder.norm.scale', ()), ('elsewhere.norm.weight', ())])
def test_sources(ours, theirs):
    assert ReferenceNames('cra_plugin.GSGHead').sources(ours) == theirs


def test_the_head_decides():
    assert ReferenceNames('cra_plugin.PostHocHead').sources(
        'grounding_head.scorer.0.bias') == (
            'decoder.attention_video_feature.0.bias', )


@pytest.mark.parametrize('head', HEADS)
def test_all_released_names_are_known(head):
    names = ReferenceNames(head)
    assert all(map(names.knows, reference_shapes()))
    for name in ('decoder.norm.alpha', 'do.nodes', 'optimizer.lr',
                 'my.do.node', 'decoder.layers.x.feed_forward.w_1.bias'):
        assert not names.knows(name), name
