"""Builds what a field describes, so that its errors name the field."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from mmengine.registry import Registry

from cra_plugin.errors import InputError, describe, naming
from cra_plugin.models.check_part import check_part
from cra_plugin.utils.nearest_name import list_names, nearest_name

# The data preprocessor of a model that names none.
PREPROCESSOR = {'type': 'cra_plugin.VideoQGDataPreprocessor'}
# Arguments that a model gives its parts.
WIDTHS = ('d_model', 'in_dim', 'feature_dim')


def build_part(field: str, registry: Registry, config: dict[str, Any] | None,
               **defaults: Any) -> Any:
    """Build a part of a model.

    Args:
        field (str): Where it is described, such as
            ``'model.grounding_head'``.
        registry (Registry): Where it is registered.
        config (dict, optional): Its config.
        **defaults: Arguments that the config may leave out.

    Returns:
        Any: The part; None where there is no config.

    Raises:
        InputError: What the part raises, which calls itself by its class,
            with the field in place of it; if it belongs to another place, or
            is one of ours with another width than what it gets.
    """
    if config is None:
        return None
    if not isinstance(config, Mapping):
        raise InputError(field, describe(config), 'a dict, or None',
                         'set its fields one by one')
    found = find_part(registry, config)
    _check_widths(field, found, config, defaults)
    with naming(found, field):
        part = registry.build(dict(config), default_args=defaults)
    check_part(field, part)
    return part


def build_default_part(field: str, registry: Registry, kind: str,
                       config: Any, **defaults: Any) -> Any:
    """Build a part whose description may leave out its type.

    A part without a type is not seen by the check of the config, so its
    fields are checked here.

    Args:
        field (str): Where it is described.
        registry (Registry): Where it is registered.
        kind (str): Its type where the description has none.
        config (dict, optional): Its config.
        **defaults: Arguments that the config may leave out.

    Returns:
        Any: The part; None where there is no config.

    Raises:
        InputError: If the config is no dict or has an unknown field, and
            what the part raises.
    """
    if config is None:
        return None
    if not isinstance(config, Mapping):
        return build_part(field, registry, config)
    described = {'type': kind, **config}
    found = find_part(registry, described)
    known = list(inspect.signature(found).parameters) if found else []
    for name in config if known else ():
        if name not in (*known, 'type', '_scope_'):
            near = nearest_name(name, known)
            raise InputError(
                f'{field}.{name}', 'an unknown field',
                f'one of {list_names(known)}',
                f'did you mean {near}?' if near else 'leave it out')
    return build_part(field, registry, described, **defaults)


def _check_widths(field: str, part: Any, config: Mapping[str, Any],
                  given: Mapping[str, Any]) -> None:
    """Refuse a width of our own part that the model does not have there."""
    if not getattr(part, '__module__', '').startswith('cra_plugin.'):
        return
    for name in WIDTHS:
        if name in given and config.get(name, given[name]) != given[name]:
            raise InputError(
                f'{field}.{name}', describe(config[name]),
                f'{given[name]}, which is what it gets in this model',
                'leave it out: the model gives it')


def find_part(registry: Registry, config: dict[str, Any]) -> Any:
    """Find what a config would build.

    Args:
        registry (Registry): Where it is registered.
        config (dict): Its config.

    Returns:
        Any: A class or function; None where nothing has that name in the
        scope of the config.
    """
    kind = config.get('type')
    if not isinstance(kind, str):
        return kind
    with registry.switch_scope_and_registry(config.get('_scope_')) as scoped:
        return scoped.get(kind)
