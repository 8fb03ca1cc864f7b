"""What the released CRA on FrozenBiLM calls the parameters of our model.

``{}`` stands for the number of a layer; a name that ends with a dot stands
for all parameters of the module.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cra_plugin.models.language_models.trained_state import (
    KEY,
    hash_base,
    is_trained,
)

_OURS = 'language_model.'
_LAYER = 'deberta.encoder.layer.{}.'
_FRAME_LAYER, _TRANS = 'fusion.frame_layer.', 'trans.layer.0.'
_FRONT = 'causal_intervention.front_door.'
_BACK = 'causal_intervention.back_door.'

FROZEN_BILM: dict[str, str | tuple[str, ...]] = {
    # Before the rest of the layers, whose names stay.
    **{f'{_OURS}{_LAYER}{place}output.dense.{side}.':
       f'{_LAYER}{place}output.adapter.{side}.'
       for place in ('', 'attention.') for side in ('down', 'up')},
    f'{_OURS}deberta.': 'deberta.',
    f'{_OURS}head.': 'lm_predictions.lm_head.',
    f'{_OURS}answer_embeddings': 'answer_embeddings.weight',
    f'{_OURS}answer_bias': 'answer_bias',
    'fusion.word_attention.': 'word_attn.0.',
    'fusion.query_fusion.': 'fusion_lin.',
    'fusion.video_fusion.': 'fusion.',
    'fusion.norm.': 'do.vis_norm.',
    **{f'{_FRAME_LAYER}attention.in_proj_{kind}': tuple(
        f'{_TRANS}attention.{part}_lin.{kind}' for part in 'qkv')
        for kind in ('weight', 'bias')},
    f'{_FRAME_LAYER}attention.out_proj.': f'{_TRANS}attention.out_lin.',
    f'{_FRAME_LAYER}attention_norm.': f'{_TRANS}sa_layer_norm.',
    f'{_FRAME_LAYER}feedforward.0.': f'{_TRANS}ffn.lin1.',
    f'{_FRAME_LAYER}feedforward.2.': f'{_TRANS}ffn.lin2.',
    f'{_FRAME_LAYER}feedforward_norm.': f'{_TRANS}output_layer_norm.',
    'grounding_head.frame_projection.': 'grounding_module.v_proj.',
    'grounding_head.query_projection.': 'grounding_module.qa_proj.',
    'grounding_head.scorer.': 'grounding_module.grounding.',
    'grounding_head.smoothing.': 'grounding_module.gs_filter.',
    f'{_FRONT}dictionary.centers': 'do._vis_do.visual_clusters',
    f'{_FRONT}mediator_projection.': 'do._vis_do.do.prob_m.',
    f'{_FRONT}video_projection.': 'do._vis_do.do.prob_x.',
    f'{_FRONT}confounder_projection.': 'do._vis_do.do.prob_x_hat.',
    f'{_FRONT}mediator_output.': 'do._vis_do.do.prob_x_m.',
    f'{_FRONT}confounder_output.': 'do._vis_do.do.prob_x_hat_x.',
    f'{_FRONT}fusion.': 'do._vis_do.do.fc.',
    f'{_BACK}dictionary.centers': 'do._lin_do.node',
    f'{_BACK}graph_convolution.linear.': 'do._lin_do.gcn.lin.',
    f'{_BACK}graph_convolution.bias': 'do._lin_do.gcn.bias',
    f'{_BACK}query_projection.': 'do._lin_do.do.q.',
    f'{_BACK}key_projection.': 'do._lin_do.do.k.',
    f'{_BACK}value_projection.': 'do._lin_do.do.v.',
    f'{_BACK}norm.': 'do.lin_norm.',
}
# The released forward pass never calls it.
NEVER_USED_FROZEN_BILM = ('do._lin_do.norm.', )


def is_base(name: str) -> bool:
    """Whether one of our parameters belongs to the frozen base model."""
    return name.startswith(_OURS) and not is_trained(name)


def language_model_config(weights: dict[str, Tensor]) -> dict[str, Any]:
    """Describe a language model with the shapes of a released checkpoint.

    Args:
        weights (dict[str, Tensor]): Released name to parameter.

    Returns:
        dict[str, Any]: Fields of a DeBERTa-v2 configuration; empty where the
        checkpoint has trained parameters only. The number of attention heads
        is not known, and shapes do not depend on it.
    """
    words = weights.get('deberta.embeddings.word_embeddings.weight')
    table = weights.get('deberta.encoder.rel_embeddings.weight')
    inner = weights.get('deberta.encoder.layer.0.intermediate.dense.weight')
    positions = weights.get('deberta.embeddings.position_embeddings.weight')
    if words is None or table is None or inner is None or positions is None:
        return {}
    layers = {name.split('.')[3] for name in weights
              if name.startswith('deberta.encoder.layer.')}
    return dict(
        vocab_size=len(words), hidden_size=words.shape[1],
        num_hidden_layers=len(layers), num_attention_heads=1,
        intermediate_size=len(inner), max_position_embeddings=len(positions),
        position_buckets=len(table) // 2, relative_attention=True,
        norm_rel_ebd='layer_norm', share_att_key=True,
        pos_att_type='p2c|c2p', conv_kernel_size=3, conv_act='gelu',
        position_biased_input=False, type_vocab_size=0)


def split_base(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Put a fingerprint in place of the frozen base model.

    Args:
        state (dict[str, Tensor]): Our name to parameter.

    Returns:
        dict[str, Tensor]: What was trained, and the fingerprint; zeros where
        the base was not in the checkpoint.
    """
    base = {name.removeprefix(_OURS): value for name, value in state.items()
            if is_base(name) and not name.endswith(KEY)}
    trained = {name: value for name, value in state.items()
               if not is_base(name)}
    return trained | {_OURS + KEY: hash_base(base)}
