"""Reading a checkpoint of the released code, and its sizes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from torch import Tensor

from cra_plugin.compat.safe_checkpoints import (
    load_checkpoint_file,
    numpy_globals,
)
from cra_plugin.errors import InputError

CONTAINERS = ('state_dict', 'model')
# Field of the model's config: the parameter and the axis that show it.
_SIZES = {
    'd_model': ('video_model.proj.weight', 0),
    'video_encoder.out_dim': ('video_model.proj.weight', 1),
    'temporal_encoder.feedforward_dim':
    ('decoder.layers.0.feed_forward.w_1.weight', 0),
    'causal_intervention.front_door.num_clusters':
    ('decoder.do.visual_clusters', 0),
    'causal_intervention.back_door.num_clusters': ('do.node', 0),
    'causal_intervention.back_door.node_dim': ('do.node', 2),
}
_FROZEN_BILM_SIZES = {
    'video_encoder.out_dim': ('deberta.embeddings.linear_video.weight', 1),
    'causal_intervention.front_door.num_clusters':
    ('do._vis_do.visual_clusters', 0),
    'causal_intervention.front_door.hidden_dim':
    ('do._vis_do.do.prob_m.weight', 0),
    'causal_intervention.back_door.num_clusters': ('do._lin_do.node', 0),
    'causal_intervention.back_door.node_dim': ('do._lin_do.node', 2),
    'causal_intervention.back_door.hidden_dim': ('do._lin_do.do.q.weight', 0),
}
_TEXT = 'lang_model.bert.bert.'
_TEXT_SIZES = {
    'vocab_size': ('embeddings.word_embeddings.weight', 0),
    'hidden_size': ('embeddings.word_embeddings.weight', 1),
    'max_position_embeddings': ('embeddings.position_embeddings.weight', 0),
    'type_vocab_size': ('embeddings.token_type_embeddings.weight', 0),
    'intermediate_size': ('encoder.layer.0.intermediate.dense.weight', 0),
}


def read_reference_weights(path: str | Path) -> dict[str, Tensor]:
    """Read the parameters of a released-format checkpoint.

    The file is a state dict, or a dictionary that holds one as
    ``state_dict`` or ``model``; ``module.``, which a wrapper for parallel
    training puts before every name, is dropped. No code in it is run.

    Args:
        path (str | Path): A file of :func:`torch.save`.

    Returns:
        dict[str, Tensor]: Released name to parameter, on the CPU.

    Raises:
        InputError: If the file is missing, asks for more than tensors,
            numbers, options and containers, or holds no state dict.
    """
    content: Any = load_checkpoint_file(
        str(path), map_location='cpu',
        allowed=[*numpy_globals(), argparse.Namespace])
    for key in CONTAINERS:
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
            break
    if not isinstance(content, dict) or not content:
        raise InputError(path, f'a {type(content).__name__} without entries'
                         if content == {} else f'a {type(content).__name__}',
                         'a state dict, or a dictionary with a state_dict',
                         'save model.state_dict() of the released code')
    weights = {}
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise InputError(
                f'{path}, entry {name!r}', f'a {type(value).__name__}',
                'a tensor', 'save model.state_dict() of the released code')
        weights[name.removeprefix('module.')] = value
    return weights


def model_sizes(weights: dict[str, Tensor]) -> dict[str, int]:
    """Read off the sizes that the config of a model must have.

    Args:
        weights (dict[str, Tensor]): Released name to parameter.

    Returns:
        dict[str, int]: Field of the model's config to size, for those that
        the parameters show. The number of heads they do not.
    """
    sizes = _read_sizes(weights, _SIZES)
    sizes |= _read_sizes(weights, _FROZEN_BILM_SIZES)
    sizes['temporal_encoder.num_layers'] = _count_layers(
        weights, 'decoder.layers.')
    return sizes


def text_encoder_config(weights: dict[str, Tensor]) -> dict[str, Any]:
    """Describe an encoder with the shapes of the checkpoint's.

    Args:
        weights (dict[str, Tensor]): Released name to parameter.

    Returns:
        dict[str, Any]: Fields of a transformers configuration. The number
        of attention heads is not known, and shapes do not depend on it.
    """
    sizes: dict[str, Any] = _read_sizes(
        weights, {
            key: (f'{_TEXT}{name}', axis)
            for key, (name, axis) in _TEXT_SIZES.items()
        })
    return dict(
        sizes,
        model_type='roberta',
        num_hidden_layers=_count_layers(weights, f'{_TEXT}encoder.layer.'),
        num_attention_heads=1)


def _read_sizes(weights: dict[str, Tensor],
                where: dict[str, tuple[str, int]]) -> dict[str, int]:
    """Look the sizes up that can be."""
    return {
        key: weights[name].shape[axis]
        for key, (name, axis) in where.items()
        if name in weights and weights[name].ndim > axis
    }


def _count_layers(weights: dict[str, Tensor], prefix: str) -> int:
    """Count the layers whose parameters begin with a prefix."""
    numbers = (name[len(prefix):].split('.')[0] for name in weights
               if name.startswith(prefix))
    return max((int(each) + 1 for each in numbers if each.isdecimal()),
               default=0)
