"""Numbers of a config that are out of their range."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cra_plugin.errors import InputError, describe

# The least value of a count, by section and field.
_COUNTS = {
    **{f'{split}_dataloader.{field}': least
       for split in ('train', 'val', 'test')
       for field, least in (('batch_size', 1), ('num_workers', 0))},
    'train_cfg.max_epochs': 1, 'train_cfg.max_iters': 1,
    'train_cfg.val_interval': 1, 'train_cfg.val_begin': 0,
    'optim_wrapper.accumulative_counts': 1,
    'auto_scale_lr.base_batch_size': 1, 'log_processor.window_size': 1,
    'default_hooks.logger.interval': 1, 'log_processor.num_digits': 0}
# Other numbers: the lowest, and what to set.
_NUMBERS = {'optim_wrapper.optimizer.lr': '1e-5',
            'optim_wrapper.clip_grad.max_norm': '12',
            'optim_wrapper.clip_grad.clip_value': '1',
            'env_cfg.dist_cfg.timeout': '1800'}
# Fields of any description, by their names.
_SHARES = re.compile(r'(^|_)(dropout|prob|drop_rate|dropout_ratio)$')
_SIZES = ('d_model', 'num_heads', 'out_dim', 'num_clusters', 'node_dim',
          'kernel_size', 'num_frames', 'num_negatives', 'feedforward_dim',
          'num_layers', 'hidden_dim', 'adapter_factor', 'alignment_dim',
          'candidates_at_once')
_DIVISORS = re.compile(r'(^|_)temperature$|^sigma(_init)?$')


def number_faults(config: Any) -> Iterator[InputError]:
    """Find counts that are none, and other numbers out of their range.

    Args:
        config (Any): A config, or any part of one.

    Yields:
        InputError: For each that is out of range, or no number.
    """
    for field, least in _COUNTS.items():
        there, value = _value(config, field)
        if there and not _is_count(value, least):
            yield InputError(field, describe(value),
                             f'a whole number of at least {least}',
                             f'set it, as by --cfg-options {field}='
                             f'{max(least, 1)}')
    for field, example in _NUMBERS.items():
        there, value = _value(config, field)
        if there and (type(value) not in (int, float)
                      or not 0 <= value < math.inf):
            yield InputError(field, describe(value), 'a number from 0',
                             f'set --cfg-options {field}={example}')


def share_faults(where: str,
                 described: Mapping[str, Any]) -> Iterator[InputError]:
    """Find dropouts and probabilities that are none, and empty sizes.

    What is no number at all is left to the hints of its class.

    Args:
        where (str): The field of the config that describes an object.
        described (Mapping[str, Any]): The description.

    Yields:
        InputError: For each that is out of range.
    """
    begin, end = described.get('begin'), described.get('end')
    if type(begin) is type(end) is int and begin >= end >= 0:
        yield InputError(f'{where}.end', str(end), f'a number above '
                         f'{where}.begin, which is {begin}',
                         'correct one of the two')
    for name, value in described.items():
        if type(value) not in (int, float):
            continue
        if _SHARES.search(name) and not 0 <= value <= 1:
            yield InputError(f'{where}.{name}', describe(value),
                             'a number from 0 to 1', 'correct the value')
        if math.isnan(value):
            yield InputError(f'{where}.{name}', describe(value), 'a number',
                             'correct the value')
        if _DIVISORS.search(name) and not 0 < value < math.inf:
            yield InputError(f'{where}.{name}', describe(value),
                             'a finite number above 0', 'correct the value')
        if name in _SIZES and value < 1:
            yield InputError(f'{where}.{name}', describe(value),
                             'a whole number of at least 1',
                             'correct the value')


def _is_count(value: Any, least: int) -> bool:
    return type(value) is int and value >= least


def _value(config: Any, field: str) -> tuple[bool, Any]:
    """Whether a dotted field is there, and its value."""
    current = config
    for part in field.split('.'):
        if not hasattr(current, 'get') or part not in current:
            return False, None
        current = current[part]
    return True, current
