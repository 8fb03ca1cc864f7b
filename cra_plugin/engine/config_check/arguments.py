"""The arguments that a class takes, and of which kind they are."""

from __future__ import annotations

import inspect
import os
import types
import typing
from collections import abc
from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config
from torch import Tensor

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import list_names, nearest_name

# Where anything is taken, names so similar are misspelled all the same.
LIKELY = 0.85
# Kinds that a config can get wrong, and what may be written for them.
_KINDS: dict[Any, tuple[type, ...]] = {
    int: (int, ), float: (int, float), str: (str, ), bool: (bool, ),
    type(None): (type(None), )}
# What may stand beside a number without making a text or None right.
_STRUCTURES = (Tensor, dict, list, tuple, abc.Mapping, abc.Sequence,
               os.PathLike, Config)
_WORDS = {type(None): 'None', dict: 'a dict', abc.Mapping: 'a dict',
          list: 'a list', tuple: 'a list', abc.Sequence: 'a list',
          os.PathLike: 'a path', Config: 'a dict'}


def known_arguments(registered: Any) -> tuple[list[str], bool]:
    """Name the arguments of a class or function.

    What ``**kwargs`` hands on to the base class counts as well.

    Args:
        registered (Any): What a registry holds.

    Returns:
        tuple[list[str], bool]: The names, and whether others are taken too.
    """
    names: list[str] = []
    for function in _functions(registered):
        parameters = inspect.signature(function).parameters.values()
        names += [each.name for each in parameters
                  if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]
        if not _takes_all(function):
            return names, False
    return names, True


def argument_faults(where: str, registered: Any, given: Mapping[str, Any],
                    more: tuple[str, ...] = ()) -> Iterator[InputError]:
    """Find arguments that a class does not take, or of another kind.

    Args:
        where (str): The field of the config that describes the object.
        registered (Any): Its class or function.
        given (Mapping[str, Any]): The fields of the description.
        more (tuple[str, ...]): Fields that others read from it. Defaults to
            ().

    Yields:
        InputError: For each such field; names the nearest that is known.
    """
    known, others = known_arguments(registered)
    taken = [each for each in dict.fromkeys((*known, *more))
             if each != 'self']
    hints = _hints(registered)
    ours = getattr(registered, '__module__', '').startswith('cra_plugin.')
    for name, value in given.items():
        if name not in (*taken, 'type', '_scope_'):
            near = nearest_name(name, taken, LIKELY if others else 0.6)
            if others and near is None:
                continue
            yield InputError(
                f'{where}.{name}', 'a field that '
                f'{getattr(registered, "__name__", registered)} does not take',
                f'one of {list_names(taken)}',
                f'did you mean {near}?' if near else 'leave it out')
        elif name in hints:
            hint, default = hints[name]
            # The hints of others often leave None out, and kinds of text.
            if ours or not (value == default or hint is str):
                yield from kind_faults(f'{where}.{name}', hint, value)


def kind_faults(where: str, hint: Any, value: Any) -> Iterator[InputError]:
    """Find out whether a type hint excludes a value.

    Args:
        where (str): The field.
        hint (Any): Such as ``int`` or ``float | None``; others than plain
            kinds are not judged, but for a description in the place of which
            there is none.
        value (Any): The value.

    Yields:
        InputError: If it is of another kind.
    """
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    kinds = typing.get_args(hint) if union else (hint, )
    others = [kind for kind in kinds if kind not in _KINDS]
    allowed = [each for kind in kinds for each in _KINDS.get(kind, ())]
    if not all((typing.get_origin(kind) or kind) in _STRUCTURES
               for kind in others):
        return
    plain = isinstance(value, (int, float, str, bool, type(None)))
    # True is an int to Python, and a mistake in a config. A sequence may be
    # a text.
    if type(value) in allowed or (others and not plain):
        return
    if isinstance(value, str) and any(
            typing.get_origin(kind) is abc.Sequence
            and typing.get_args(kind) not in ((int, ), (float, ))
            for kind in others):
        return
    names = dict.fromkeys(_WORDS.get(kind, _WORDS.get(
        typing.get_origin(kind), getattr(kind, '__name__', str(kind))))
        for kind in kinds)
    yield InputError(where, describe(value), ' or '.join(names),
                     'correct the value')


def _functions(registered: Any) -> Iterator[Any]:
    """What takes the arguments: of a class, ``__init__`` of each base."""
    if not inspect.isclass(registered):
        yield registered
        return
    for base in registered.__mro__:
        if base is not object and '__init__' in vars(base):
            yield vars(base)['__init__']


def _takes_all(function: Any) -> bool:
    """Whether there is a ``**kwargs``."""
    return any(each.kind is each.VAR_KEYWORD for each in inspect.signature(
        function).parameters.values())


def _hints(registered: Any) -> dict[str, tuple[Any, Any]]:
    """Hints and defaults of the arguments, as far as they can be read."""
    found: dict[str, tuple[Any, Any]] = {}
    for function in _functions(registered):
        try:
            hints = typing.get_type_hints(function)
        except (NameError, TypeError):
            hints = {name: hint for name, hint in getattr(
                function, '__annotations__', {}).items()
                if not isinstance(hint, str)}
        for name, parameter in inspect.signature(function).parameters.items():
            if name in hints:
                found.setdefault(name, (hints[name], parameter.default))
            elif isinstance(parameter.default, bool):
                found.setdefault(name, (bool, parameter.default))
        if not _takes_all(function):
            break
    return found
