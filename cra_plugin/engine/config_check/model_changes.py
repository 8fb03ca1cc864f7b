"""What is done to a model once it is built: initial weights, compilation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from mmengine import registry as roots
from mmengine.config import Config
from torch import nn

from cra_plugin.engine.config_check.arguments import argument_faults
from cra_plugin.engine.config_check.trial import attempt
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import list_names, nearest_name

INITIAL = 'init_cfg'
_SYNCHRONIZED = ('torch', 'mmcv')


def change_faults(config: Config) -> Iterator[InputError]:
    """Find what mmengine would refuse when the model is built, or not read.

    Args:
        config (Config): A config whose sections are of the right kinds.

    Yields:
        InputError: For each such thing.
    """
    norms = config.get('sync_bn')
    if norms is not None and norms not in _SYNCHRONIZED:
        yield InputError('sync_bn', describe(norms),
                         f'{" or ".join(_SYNCHRONIZED)}, or None',
                         'set it to one of them')
    compiled = config.get('compile')
    if isinstance(compiled, Mapping):
        faults = list(argument_faults('compile', torch.compile, compiled))
        yield from faults or attempt(
            'compile', torch.compile, compiled,
            lambda: {'model': nn.Linear(1, 1)}, refusals=(Exception, ))
    yield from _initial_faults('model', config.get('model'))


def _initial_faults(where: str, node: Any) -> Iterator[InputError]:
    """Initial weights of any part, of no type."""
    if isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _initial_faults(f'{where}.{index}', value)
    elif isinstance(node, Mapping):
        for name, value in node.items():
            if name == INITIAL:
                yield from _untyped(f'{where}.{name}', value)
            else:
                yield from _initial_faults(f'{where}.{name}', value)


def _untyped(where: str, initial: Any) -> Iterator[InputError]:
    """One ``init_cfg``: a dict or a list of them, each with a type."""
    several = isinstance(initial, (list, tuple))
    for index, each in enumerate(initial if several else [initial]):
        if not each or (isinstance(each, Mapping) and 'type' in each):
            continue
        near = isinstance(each, Mapping) and nearest_name('type', each)
        yield InputError(
            f'{where}.{index}' if several else where, describe(each),
            'a dict with a type, one of '
            f'{list_names(sorted(roots.WEIGHT_INITIALIZERS.module_dict))}',
            f'did you mean type for {near}?' if near else
            'set its type, such as Pretrained with a checkpoint')
