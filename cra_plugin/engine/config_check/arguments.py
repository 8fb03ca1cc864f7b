"""The arguments that a class takes, and of which kind they are."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Mapping
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import list_names, nearest_name

# Where anything is taken, names so similar are misspelled all the same.
LIKELY = 0.85
# Kinds that a config can get wrong, and what may be written for them.
_KINDS: dict[Any, tuple[type, ...]] = {
    int: (int, ), float: (int, float), str: (str, ), bool: (bool, ),
    type(None): (type(None), )}


def known_arguments(registered: Any) -> tuple[list[str], bool]:
    """Name the arguments of a class or function.

    What ``**kwargs`` hands on to the base class counts as well.

    Args:
        registered (Any): What a registry holds.

    Returns:
        tuple[list[str], bool]: The names, and whether others are taken too.
    """
    if not inspect.isclass(registered):
        parameters = inspect.signature(registered).parameters.values()
        return [each.name for each in parameters], _takes_all(parameters)
    names: list[str] = []
    for base in registered.__mro__:
        if base is object or '__init__' not in vars(base):
            continue
        parameters = inspect.signature(
            vars(base)['__init__']).parameters.values()
        names += [each.name for each in parameters
                  if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]
        if not _takes_all(parameters):
            return names, False
    return names, True


def check_arguments(where: str, registered: Any, given: Mapping[str, Any],
                    more: tuple[str, ...] = ()) -> None:
    """Refuse arguments that a class does not take, or of another kind.

    Kinds are checked for classes of ours alone, whose hints are true.

    Args:
        where (str): The field of the config that describes the object.
        registered (Any): Its class or function.
        given (Mapping[str, Any]): The fields of the description.
        more (tuple[str, ...]): Fields that others read from it. Defaults to
            ().

    Raises:
        InputError: If one is not known; names the nearest that is.
    """
    known, others = known_arguments(registered)
    taken = [each for each in dict.fromkeys((*known, *more))
             if each != 'self']
    for name in given:
        if name not in (*taken, 'type', '_scope_'):
            near = nearest_name(name, taken, LIKELY if others else 0.6)
            if others and near is None:
                continue
            raise InputError(
                f'{where}.{name}', 'a field that '
                f'{getattr(registered, "__name__", registered)} does not take',
                f'one of {list_names(taken)}',
                f'did you mean {near}?' if near else 'leave it out')
    if getattr(registered, '__module__', '').startswith('cra_plugin.'):
        hints = _hints(registered)
        for name, value in given.items():
            if name in hints:
                check_kind(f'{where}.{name}', hints[name], value)


def check_kind(where: str, hint: Any, value: Any) -> None:
    """Refuse a value that a type hint of plain kinds excludes.

    Args:
        where (str): The field.
        hint (Any): Such as ``int`` or ``float | None``; others are not
            judged.
        value (Any): The value.

    Raises:
        InputError: If it is of another kind.
    """
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    kinds = typing.get_args(hint) if union else (hint, )
    if not all(kind in _KINDS for kind in kinds):
        return
    allowed = [each for kind in kinds for each in _KINDS[kind]]
    # True is an int to Python, and a mistake in a config.
    if type(value) not in allowed:
        names = ' or '.join('None' if kind is type(None) else kind.__name__
                            for kind in kinds)
        raise InputError(where, describe(value), f'{names}',
                         'correct the value')


def _takes_all(parameters: Any) -> bool:
    """Whether there is a ``**kwargs``."""
    return any(each.kind is each.VAR_KEYWORD for each in parameters)


def _hints(registered: Any) -> dict[str, Any]:
    """Type hints of the arguments, as far as they can be read."""
    function = registered.__init__ if inspect.isclass(
        registered) else registered
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError):
        return {}
