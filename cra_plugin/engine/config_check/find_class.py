"""The class that a ``type`` of a config names."""

from __future__ import annotations

from typing import Any

from mmengine.registry import Registry

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import nearest_name


def find_class(where: str, name: Any, root: Registry, scope: str) -> Any:
    """Find what is registered under a name.

    Args:
        where (str): The field of the config, such as
            ``'model.grounding_head.type'``.
        name (Any): Its value: a name, or the class itself.
        root (Registry): mmengine's registry of that kind.
        scope (str): The config's ``default_scope``, in which names without a
            prefix are looked up.

    Returns:
        Any: A class or function.

    Raises:
        InputError: If nothing has that name; names the nearest that exists.
    """
    if not isinstance(name, str) or not name:
        if callable(name):
            return name
        raise InputError(where, describe(name), f'the name of a {root.name}',
                         'write its type')
    try:
        with root.switch_scope_and_registry(scope) as registry:
            found = registry.get(name)
    except ModuleNotFoundError:
        # mmaction2's registry of functions names a module that is not there;
        # mmengine asks the root.
        found = root.get(name)
    if found is not None:
        return found
    # The same name in another scope: the prefix is what is missing.
    names = {each.rsplit('.', 1)[-1]: each for each in _all_names(root)}
    near = names.get(nearest_name(name.rsplit('.', 1)[-1], names) or '')
    raise InputError(
        where, repr(name), f'the name of a registered {root.name}',
        f'did you mean {near}?' if near else 'write the scope too, such as '
        'cra_plugin.NAME, and name the module that registers it in '
        'custom_imports')


def _all_names(root: Registry) -> list[str]:
    """All names of a kind, with their scopes, ours last."""
    names: list[str] = []
    waiting = [root]
    while waiting:
        registry = waiting.pop()
        prefix = '' if registry is root else f'{registry.scope}.'
        names.extend(f'{prefix}{name}' for name in registry.module_dict)
        for children in registry.children.values():
            waiting.append(children)
    return sorted(names, key=lambda name: name.startswith('cra_plugin.'))
