"""The weights in what was read from a checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cra_plugin.errors import InputError


def checkpoint_weights(content: Any,
                       where: str | Path,
                       key: str = 'state_dict') -> dict[str, Tensor]:
    """Give the state dict of a checkpoint, and nothing but tensors.

    Args:
        content (Any): What was read: a dictionary with a state dict, or the
            state dict itself.
        where (str | Path): The file, for messages.
        key (str): Entry of the state dict. Defaults to 'state_dict'.

    Returns:
        dict[str, Tensor]: Name to weight.

    Raises:
        InputError: If there is no state dict, it is empty, or it holds
            anything but plain tensors, or NaN.
    """
    fix = 'use a checkpoint as tools/train.py or torch.save writes it'
    state = content.get(key, content) if isinstance(content, dict) else content
    if not isinstance(state, dict) or not state:
        inside = f'{where}: {key}' if state is not content else where
        raise InputError(
            inside, 'nothing in it' if state == {} else
            f'a {type(state).__name__}', 'a dictionary of weights', fix)
    for name, value in state.items():
        if not isinstance(name, str) or not is_plain_tensor(value):
            raise InputError(f'{where}: {name!r}', f'a {_describe(value)}',
                             'a tensor with a name', fix)
        if _has_nan(value):
            raise InputError(
                f'{where}: {name!r}', 'a weight that is NaN', 'numbers', 'use '
                'an earlier checkpoint: this training has diverged')
    return state


def is_plain_tensor(value: object) -> bool:
    """Whether a value is a tensor that holds all its numbers.

    Args:
        value (object): Any value.

    Returns:
        bool: False for sparse, quantized and meta tensors.
    """
    return (isinstance(value, Tensor) and value.layout == torch.strided
            and not value.is_quantized and not value.is_meta
            and not value.is_nested)


def _has_nan(value: Tensor) -> bool:
    """Whether a number is none; infinity may be meant, as in masks."""
    # Not every operation knows the types of one byte.
    return (value.is_floating_point() and value.itemsize > 1
            and bool(value.isnan().any()))


def _describe(value: object) -> str:
    """The kind of a value."""
    if isinstance(value, Tensor):
        return f'{value.layout} tensor of {value.dtype}'
    return type(value).__name__
