"""Check that the weights of a checkpoint are those of a model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.model import is_model_wrapper
from torch import Tensor, nn

from cra_plugin.engine.config_difference import in_words
from cra_plugin.errors import InputError
from cra_plugin.pretrained.checkpoint_weights import checkpoint_weights

# mmengine does without those, which older torch did not save.
_OPTIONAL = 'num_batches_tracked'
_WRAPPER = 'module.'


def check_model(checkpoint: Any, where: str | Path, model: nn.Module,
                differences: Mapping[str, str], fix: str) -> dict[str, Tensor]:
    """Refuse the weights of another model.

    Args:
        checkpoint (Any): What was read.
        where (str | Path): The file, for messages.
        model (nn.Module): The model, or what distributes it.
        differences (Mapping[str, str]): In what the config of the checkpoint
            differs, of :func:`config_differences`.
        fix (str): What to do about other weights.

    Returns:
        dict[str, Tensor]: The weights by the model's names.

    Raises:
        InputError: If the checkpoint has no weights, or others; names the
            fields of the model that differ.
    """
    weights = {
        name.removeprefix(_WRAPPER): value
        for name, value in checkpoint_weights(checkpoint, where).items()}
    words = misfits(weights, unwrapped(model))
    if words:
        fields = in_words({name: what for name, what in differences.items()
                           if name.startswith('model')})
        raise InputError(
            where, 'weights of another model (' +
            (f'{fields}; ' if fields else '') + f'{len(words)} weights do '
            f'not fit, such as: {words[0]})', 'those of the model that is '
            'configured', fix)
    return weights


def unwrapped(model: Any) -> Any:
    """Give a model without what distributes it.

    Args:
        model (Any): The model of a runner.

    Returns:
        Any: The model itself.
    """
    return model.module if is_model_wrapper(model) else model


def misfits(weights: Mapping[str, Tensor], model: nn.Module) -> list[str]:
    """Say which weights do not fit a model.

    Args:
        weights (Mapping[str, Tensor]): Name to weight.
        model (nn.Module): The model, unwrapped.

    Returns:
        list[str]: A few words for each weight that is missing, has no place
        or is of another shape or kind; empty if all fit.
    """
    expected = {name: value for name, value in model.state_dict().items()
                if isinstance(value, Tensor)}
    words = []
    for name, value in expected.items():
        if name not in weights:
            if _OPTIONAL not in name:
                words.append(f'{name} is missing')
        elif weights[name].shape != value.shape:
            words.append(f'{name} has the shape {tuple(weights[name].shape)} '
                         f'instead of {tuple(value.shape)}')
        elif _kind(weights[name]) != _kind(value):
            words.append(f'{name} is of {weights[name].dtype} instead of '
                         f'{value.dtype}')
    words += [f'{name} has no place' for name in weights
              if name not in expected]
    return words


def _kind(value: Tensor) -> tuple[bool, bool]:
    """Whether a tensor holds real numbers, complex ones or others."""
    return value.is_floating_point(), value.is_complex()
