"""Builds what a field describes, so that its errors name the field."""

from __future__ import annotations

from typing import Any

from mmengine.registry import Registry

from cra_plugin.errors import naming

# The data preprocessor of a model that names none.
PREPROCESSOR = {'type': 'cra_plugin.VideoQGDataPreprocessor'}


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
            with the field in place of it.
    """
    if config is None:
        return None
    with naming(find_part(registry, config), field):
        return registry.build(dict(config), default_args=defaults)


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
