"""Check that a checkpoint holds what a run can be resumed from."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.logging.history_buffer import HistoryBuffer

from cra_plugin.errors import InputError
from cra_plugin.pretrained.checkpoint_weights import checkpoint_weights

FIX = 'use another checkpoint of the run, or train anew without --resume'
# Of these mmengine makes names of files that it removes.
_HUB_INFO: Mapping[str, tuple[type, ...]] = {
    'best_score': (Real, ), 'best_ckpt': (str, ), 'last_ckpt': (str, )}


def check_content(checkpoint: Any, where: str | Path) -> None:
    """Refuse a checkpoint whose parts are not of mmengine's kinds.

    Args:
        checkpoint (Any): What was read; what mmengine's message hub takes
            from it is rebuilt in place.
        where (str | Path): The file, for messages.

    Raises:
        InputError: If a part is missing or of another kind; names it.
    """
    _check(isinstance(checkpoint, dict), where, checkpoint, 'a dictionary')
    for key in ('meta', 'state_dict', 'message_hub'):
        part = checkpoint.get(key)
        _check(isinstance(part, dict), f'{where}: {key}', part,
               'a dictionary, as in checkpoints of tools/train.py')
    weights = checkpoint_weights(checkpoint, where)
    _check_meta(checkpoint['meta'], f'{where}: meta')
    _check_hub(checkpoint['message_hub'], f'{where}: message_hub')
    if 'ema_state_dict' in checkpoint:
        averages = checkpoint_weights(checkpoint, where, 'ema_state_dict')
        for name, value in averages.items():
            twin = weights.get(name.removeprefix('module.'))
            if name.startswith('module.'):
                _check(twin is not None and twin.shape == value.shape,
                       f'{where}: ema_state_dict.{name}', value,
                       'the shape of the weight that is averaged')


def _check(fine: bool, where: str | Path, found: object,
           expected: str) -> None:
    """Refuse a part that is not fine."""
    if not fine:
        kind = type(found).__name__
        raise InputError(
            where, 'nothing' if found is None else
            repr(found) if isinstance(found, (int, float)) else f'a {kind}',
            expected, FIX)


def _check_meta(meta: dict[str, Any], where: str) -> None:
    """Check the numbers that decide where the run goes on."""
    for key in ('epoch', 'iter'):
        value = meta.get(key)
        _check(_is_count(value), f'{where}.{key}', value,
               'a whole number from 0 up')
        meta[key] = int(meta[key])
    seed = meta.get('seed')
    _check(seed is None or (_is_count(seed) and seed < 2**32),
           f'{where}.seed', seed, 'a whole number from 0 to 2**32 - 1')


def _is_count(value: Any) -> bool:
    """Whether a value is a whole number from 0 up; True is none."""
    return (isinstance(value, Integral) and not isinstance(value, bool)
            and int(value) >= 0)


def _check_hub(hub: dict[str, Any], where: str) -> None:
    """Check what mmengine's message hub takes on."""
    for key in ('log_scalars', 'runtime_info', 'resumed_keys'):
        _check(isinstance(hub.get(key), dict), f'{where}.{key}',
               hub.get(key), 'a dictionary')
        for name in hub[key]:
            _check(isinstance(name, str), f'{where}.{key}', name,
                   'names of what was logged')
    for name, value in hub['log_scalars'].items():
        hub['log_scalars'][name] = _rebuilt(value, f'{where}.{name}')
    info = hub['runtime_info']
    # All that is saved is resumed; mmengine asserts that it stays so.
    hub['resumed_keys'] = dict.fromkeys([*hub['log_scalars'], *info], True)
    for name, value in info.items():
        for key, kinds in _HUB_INFO.items():
            if name == key or name.startswith(f'{key}_'):
                _check(isinstance(value, kinds), f'{where}.{name}', value,
                       f'a {kinds[0].__name__}')
    kept = info.get('keep_ckpt_ids', [])
    _check(isinstance(kept, list) and all(map(_is_count, kept)),
           f'{where}.keep_ckpt_ids', kept, 'numbers of checkpoints')


def _rebuilt(history: Any, where: str) -> HistoryBuffer:
    """Make the history of a scalar anew from its numbers."""
    parts: dict[str, Any] = getattr(history, '__dict__', {})
    values, counts = (parts.get(f'_{kind}_history', '')
                      for kind in ('log', 'count'))
    fine = isinstance(history, HistoryBuffer) and all(
        isinstance(each, np.ndarray) and each.ndim == 1
        and each.dtype.kind in 'iuf' for each in (values, counts))
    _check(fine and len(values) == len(counts), where, history,
           'a history of numbers')
    length = parts.get('max_length', 0)
    _check(_is_count(length) and length > 0, f'{where}.max_length', length,
           'a whole number from 1 up')
    return HistoryBuffer(values, counts, int(length))
