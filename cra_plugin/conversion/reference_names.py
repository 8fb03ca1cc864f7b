"""What the released CRA calls the parameters of our models.

``{}`` stands for the number of a layer; a name that ends with a dot stands
for all parameters of the module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cra_plugin.conversion.frozen_bilm_names import (
    FROZEN_BILM,
    NEVER_USED_FROZEN_BILM,
)

# One of ours is a concatenation of several of theirs.
Names = Mapping[str, str | tuple[str, ...]]

_LAYER, _THEIR_LAYER = 'temporal_encoder.layers.{}.', 'decoder.layers.{}.'
_FRONT = 'causal_intervention.front_door.'
_BACK = 'causal_intervention.back_door.'
_GROUNDING = 'decoder.grounding_module.'

TEMPORAL_CLIP: Names = {
    'text_encoder.encoder.': 'lang_model.bert.bert.',
    'text_encoder.projection.': 'lang_model.linear_text.',
    'text_encoder.word_attention.': 'lang_model.word_attn.0.',
    'temporal_encoder.projection.': 'video_model.proj.',
    'temporal_encoder.projection_norm.': 'video_model.norm.',
    **{
        f'{_LAYER}attention.in_proj_{kind}': tuple(
            f'{_THEIR_LAYER}self_attn.linears.{part}.{kind}'
            for part in range(3))
        for kind in ('weight', 'bias')
    },
    f'{_LAYER}attention.out_proj.': f'{_THEIR_LAYER}self_attn.linears.3.',
    f'{_LAYER}feedforward.0.': f'{_THEIR_LAYER}feed_forward.w_1.',
    f'{_LAYER}feedforward.3.': f'{_THEIR_LAYER}feed_forward.w_2.',
    **{
        f'{ours}.{kind}': f'{theirs}.{their_kind}'
        for ours, theirs in (
            (f'{_LAYER}attention_norm', f'{_THEIR_LAYER}sublayer_self.norm'),
            (f'{_LAYER}feedforward_norm', f'{_THEIR_LAYER}sublayer_ff.norm'),
            ('temporal_encoder.norm', 'decoder.norm'))
        for kind, their_kind in (('weight', 'gamma'), ('bias', 'beta'))
    },
    'pooling.': 'decoder.video_proj.',
    f'{_FRONT}dictionary.centers': 'decoder.do.visual_clusters',
    f'{_FRONT}mediator_projection.': 'decoder.do.do.prob_m.',
    f'{_FRONT}video_projection.': 'decoder.do.do.prob_x.',
    f'{_FRONT}confounder_projection.': 'decoder.do.do.prob_x_hat.',
    f'{_FRONT}mediator_output.': 'decoder.do.do.prob_x_m.',
    f'{_FRONT}confounder_output.': 'decoder.do.do.prob_x_hat_x.',
    f'{_FRONT}fusion.': 'decoder.do.do.fc.',
    f'{_FRONT}norm.': 'decoder.do.norm.',
    f'{_BACK}dictionary.centers': 'do.node',
    f'{_BACK}graph_convolution.linear.': 'do.gcn.lin.',
    f'{_BACK}graph_convolution.bias': 'do.gcn.bias',
    f'{_BACK}query_projection.': 'do.do.q.',
    f'{_BACK}key_projection.': 'do.do.k.',
    f'{_BACK}value_projection.': 'do.do.v.',
    f'{_BACK}norm.': 'do.norm.',
}
# The grounding head of a config decides what is read into it.
HEADS: dict[str, Names] = {
    'cra_plugin.GSGHead': {
        'grounding_head.frame_projection.': f'{_GROUNDING}v_proj.',
        'grounding_head.query_projection.': f'{_GROUNDING}qa_proj.',
        'grounding_head.scorer.': f'{_GROUNDING}grounding.',
        'grounding_head.smoothing.': f'{_GROUNDING}gs_filter.',
    },
    'cra_plugin.PostHocHead': {
        'grounding_head.scorer.': 'decoder.attention_video_feature.',
    },
}
# The released forward pass never calls these.
NEVER_USED = tuple(f'{_THEIR_LAYER}self_attn.{module}.'
                   for module in ('selector', 'time_reparam'))


class ReferenceNames:
    """The table of a model with one kind of grounding head.

    Args:
        head (str): Type of the grounding head, a key of ``HEADS``.
        language_model (bool): Whether it is CRA on FrozenBiLM, which has a
            ``GSGHead``. Defaults to False.

    Examples:
        >>> names = ReferenceNames('cra_plugin.GSGHead')
        >>> names.sources('temporal_encoder.layers.1.feedforward.0.bias')
        ('decoder.layers.1.feed_forward.w_1.bias',)
        >>> names.knows('decoder.attention_video_feature.0.bias')
        True
    """

    def __init__(self, head: str, language_model: bool = False) -> None:
        tables: list[Names] = [FROZEN_BILM] if language_model else [
            TEMPORAL_CLIP, *HEADS.values()]
        table = FROZEN_BILM if language_model else {
            **TEMPORAL_CLIP, **HEADS[head]}
        self._table = [(_pattern(ours), (theirs, ) if isinstance(
            theirs, str) else theirs) for ours, theirs in table.items()]
        known = list(NEVER_USED_FROZEN_BILM if language_model else NEVER_USED)
        for names in tables:
            for theirs in names.values():
                known += [theirs] if isinstance(theirs, str) else theirs
        self._known = [_pattern(name) for name in known]

    def sources(self, name: str) -> tuple[str, ...]:
        """Give the released parameters that one of ours is made of.

        Args:
            name (str): Our name.

        Returns:
            tuple[str, ...]: The names, to be concatenated along the first
            axis; empty where the released code has no such thing.
        """
        for pattern, theirs in self._table:
            match = pattern.match(name)
            if match:
                rest = name[match.end():]
                return tuple(
                    each.format(*match.groups()) + rest for each in theirs)
        return ()

    def knows(self, released: str) -> bool:
        """Whether the released code has such a parameter.

        Args:
            released (str): The released name.

        Returns:
            bool: True also where the model at hand has no place for it.
        """
        return any(pattern.match(released) for pattern in self._known)


def _pattern(template: str) -> re.Pattern[str]:
    """Match the names that a template stands for."""
    text = re.escape(template).replace(r'\{\}', r'(\d+)')
    return re.compile(text if template.endswith('.') else f'{text}$')
