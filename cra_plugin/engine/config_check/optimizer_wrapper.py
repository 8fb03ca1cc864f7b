"""What of an optimizer's wrapper is no object: clipping, own rates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from mmengine import registry as roots
from mmengine.config import Config
from mmengine.optim import DefaultOptimWrapperConstructor
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from cra_plugin.engine.config_check.arguments import LIKELY, known_arguments
from cra_plugin.engine.config_check.find_class import find_class
from cra_plugin.engine.config_check.sections import unknown_names
from cra_plugin.engine.config_check.trial import attempt
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import nearest_name

_PARAMWISE = (
    'custom_keys', 'bias_lr_mult', 'bias_decay_mult', 'norm_decay_mult',
    'flat_decay_mult', 'dwconv_decay_mult', 'dcn_offset_lr_mult',
    'bypass_duplicate')
_FACTORS = ('lr_mult', 'decay_mult')


def wrapper_faults(config: Config) -> Iterator[InputError]:
    """Find what the wrapper of the optimizer would not take, or not read.

    Args:
        config (Config): A config whose sections are of the right kinds.

    Yields:
        InputError: For each such thing.
    """
    wrapper = config.get('optim_wrapper') or {}
    optimizer = wrapper.get('optimizer')
    named = wrapper.get('constructor')
    if named is not None:
        try:
            find_class('optim_wrapper.constructor', named,
                       roots.OPTIM_WRAPPER_CONSTRUCTORS,
                       config.get('default_scope') or 'mmengine')
        except InputError as error:
            yield error
    elif wrapper and not (isinstance(optimizer, Mapping)
                          and 'type' in optimizer):
        yield InputError(
            'optim_wrapper.optimizer', describe(optimizer), 'a dict with the '
            'type of an optimizer', 'set --cfg-options '
            'optim_wrapper.optimizer.type=Adam')
    elif wrapper:
        yield from _paramwise_faults(wrapper,
                                     wrapper.get('paramwise_cfg') or {})
    clip = wrapper.get('clip_grad') or {}
    if isinstance(clip, Mapping):
        yield from _clipping_faults(clip)


def _clipping_faults(clip: Mapping[str, Any]) -> Iterator[InputError]:
    """Clip a gradient on trial."""
    kind = clip.get('type', 'norm')
    clipping = {'norm': clip_grad_norm_,
                'value': clip_grad_value_}.get(kind)
    where = 'optim_wrapper.clip_grad'
    if clipping is None:
        yield InputError(f'{where}.type', repr(kind), 'norm or value',
                         'set it to one of them')
        return
    given = {name: value for name, value in clip.items() if name != 'type'}
    faults = list(unknown_names(where, clip,
                                [*known_arguments(clipping)[0], 'type']))
    yield from faults
    if given and not faults:
        yield from attempt(where, clipping, given,
                           lambda: {'parameters': _with_gradient()})


def _paramwise_faults(wrapper: Mapping[str, Any],
                      given: Any) -> Iterator[InputError]:
    """Rates of single parameters that mmengine refuses, or does not read."""
    where = 'optim_wrapper.paramwise_cfg'
    faults = list(unknown_names(where, given, _PARAMWISE))
    if isinstance(given, Mapping):
        faults += _factor_faults(where, given)
        keys = given.get('custom_keys')
        for key, each in keys.items() if isinstance(keys, Mapping) else ():
            place = f'{where}.custom_keys.{key}'
            if isinstance(each, Mapping):
                faults += _factor_faults(place, each)
            else:
                faults.append(InputError(
                    place, describe(each), f'a dict of {", ".join(_FACTORS)}',
                    f'set {place}.lr_mult'))
    yield from faults
    if faults:
        return
    plain = {name: value for name, value in wrapper.items()
             if name != 'paramwise_cfg'}

    def mmengine(**fields: Any) -> DefaultOptimWrapperConstructor:
        return DefaultOptimWrapperConstructor(plain, fields)

    yield from attempt(where, mmengine, given, dict)


def _factor_faults(where: str,
                   given: Mapping[str, Any]) -> Iterator[InputError]:
    """Factors that are no finite numbers, or misspelled."""
    for name, value in given.items():
        near = nearest_name(name, _FACTORS, LIKELY)
        if name.endswith('_mult'):
            if type(value) not in (int, float) or not 0 <= value < math.inf:
                yield InputError(f'{where}.{name}', describe(value),
                                 'a number from 0', 'correct the value')
        elif near and name not in _PARAMWISE:
            yield InputError(f'{where}.{name}', 'a field that nothing reads',
                             f'one of {", ".join(_FACTORS)}',
                             f'did you mean {near}?')


def _with_gradient() -> list[nn.Parameter]:
    parameter = nn.Parameter(torch.ones(2))
    parameter.grad = torch.ones(2)
    return [parameter]
