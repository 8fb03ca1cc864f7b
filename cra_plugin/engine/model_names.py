"""Names in a config that must be those of parts of the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmengine.config import Config
from mmengine.logging import MMLogger
from torch import fx, nn

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.error_text import one_line
from cra_plugin.utils.nearest_name import nearest_name

# What mmengine does to the named parts of a model.
_FOLDING, _RECOMPUTING = 'efficient_conv_bn_eval', 'activation_checkpointing'


def check_names(config: Config, model: nn.Module, logger: MMLogger) -> None:
    """Refuse names of parts that a model lacks, and tell of idle rates.

    Args:
        config (Config): A config that has been checked.
        model (nn.Module): The model that was built from it.
        logger (MMLogger): Warns of ``custom_keys`` that are in the name of
            no parameter. Configs may inherit those.

    Raises:
        InputError: If there is no part of that name, or torch cannot fold
            its layers.
    """
    parts = dict(model.named_modules())
    for field in (_FOLDING, _RECOMPUTING):
        for name in _listed(field, config.get(field)):
            _check_part(field, name, parts)
    wrapper = config.get('optim_wrapper') or {}
    if wrapper.get('constructor') is None:
        for key in (wrapper.get('paramwise_cfg') or {}).get(
                'custom_keys') or ():
            if not any(key in name for name, _ in model.named_parameters()):
                near = nearest_name(key, parts)
                logger.warning(
                    f'optim_wrapper.paramwise_cfg.custom_keys.{key} is in '
                    'the name of no parameter of the model: it does nothing'
                    + (f' (did you mean {near}?)' if near else ''))


def _listed(field: str, names: Any) -> Iterator[str]:
    """One name or several."""
    for name in names if isinstance(names, (list, tuple)) else [names]:
        if isinstance(name, str):
            yield name
        elif names is not None:
            raise InputError(field, describe(names), 'the name of a part of '
                             'the model, or a list of names',
                             'leave it out, or set it to None')


def _check_part(field: str, name: str, parts: dict[str, nn.Module]) -> None:
    """Refuse a part that is not there, or whose layers cannot be folded."""
    if name not in parts:
        near = nearest_name(name, parts)
        raise InputError(field, describe(name), 'the name of a part of the '
                         'model, such as video_encoder',
                         f'did you mean {near}?' if near else 'leave it out')
    if field == _FOLDING:
        try:
            fx.symbolic_trace(parts[name])
        except Exception as error:
            raise InputError(
                field, f'{name}, which torch.fx cannot trace '
                f'({one_line(error)})',
                'a part that is plain convolutions and norms, such as the '
                'backbone of a video encoder', 'leave it out') from None
