"""What averages the weights of a model: the fields of mmengine's EMAHook."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from mmengine import registry as roots
from mmengine.hooks import EMAHook
from torch import nn

from cra_plugin.engine.config_check.arguments import argument_faults
from cra_plugin.engine.config_check.find_class import find_class
from cra_plugin.engine.config_check.trial import REFUSALS, attempt
from cra_plugin.errors import InputError

_OF_THE_HOOK = {*inspect.signature(EMAHook).parameters, 'type', '_scope_',
                'priority'}


def averaging_faults(where: str, described: Mapping[str, Any], scope: str,
                     epochs: Any) -> Iterator[InputError]:
    """Average a model of nothing; the hook does so when a run begins.

    Args:
        where (str): The field of the config that describes the hook.
        described (Mapping[str, Any]): The description.
        scope (str): The config's ``default_scope``.
        epochs (Any): Epochs of the training, if any.

    Yields:
        InputError: If the averaged model is not registered or does not take
            a field, or averaging begins after the training.
    """
    begin = described.get('begin_epoch', 0)
    if type(epochs) is int and begin > epochs:
        yield InputError(
            f'{where}.begin_epoch', str(begin),
            f'at most train_cfg.max_epochs, which is {epochs}',
            'correct one of them')
    default = inspect.signature(EMAHook).parameters['ema_type'].default
    try:
        averaged = find_class(f'{where}.ema_type', described.get(
            'ema_type', default), roots.MODELS, scope)
    except InputError as error:
        yield error
        return
    given = {name: value for name, value in described.items()
             if name not in _OF_THE_HOOK}
    faults = list(argument_faults(where, averaged, given))
    yield from faults or attempt(where, averaged, given, _model, _average,
                                 (*REFUSALS, RuntimeError))


def _model() -> dict[str, Any]:
    return {'model': nn.Linear(1, 1)}


def _average(averaged: Any) -> None:
    """Average twice: the first time is but a copy."""
    for _ in range(2):
        averaged.update_parameters(nn.Linear(1, 1))
