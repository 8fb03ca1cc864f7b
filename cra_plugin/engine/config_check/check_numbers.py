"""Numbers of a config that must be counts."""

from __future__ import annotations

from typing import Any

from mmengine.config import Config

from cra_plugin.errors import InputError, describe

# The least value of a field.
_COUNTS = {
    **{f'{split}_dataloader.{field}': least
       for split in ('train', 'val', 'test')
       for field, least in (('batch_size', 1), ('num_workers', 0))},
    'train_cfg.max_epochs': 1, 'train_cfg.max_iters': 1,
    'train_cfg.val_interval': 1, 'train_cfg.val_begin': 0}


def check_numbers(config: Config) -> None:
    """Refuse counts that are none, and learning rates below 0.

    Args:
        config (Config): A completed config.

    Raises:
        InputError: If one is out of range, or no number.
    """
    for field, least in _COUNTS.items():
        value = _value(config, field)
        if value is not None and (type(value) is not int or value < least):
            raise InputError(field, describe(value),
                             f'a whole number of at least {least}',
                             f'set --cfg-options {field}={max(least, 1)} or '
                             'more')
    field = 'optim_wrapper.optimizer.lr'
    rate = _value(config, field)
    if rate is not None and (type(rate) not in (int, float)
                             or not 0 <= rate < float('inf')):
        raise InputError(field, describe(rate), 'a number from 0',
                         f'set --cfg-options {field}=1e-5')


def _value(config: Config, field: str) -> Any:
    """The value of a dotted field, None where it is absent."""
    current: Any = config
    for part in field.split('.'):
        current = (current or {}).get(part)
    return current
