"""The one error type that bad input raises."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Letters of each part of a message: files may hold values of any length.
_LONGEST = 600
_REPR = reprlib.Repr()
_REPR.maxlevel, _REPR.maxstring, _REPR.maxother = 2, 80, 80


class InputError(ValueError):
    """Bad input: says where, what was found, what was expected and the fix.

    The tools print it as one line and exit with status 2. It survives
    pickling, and a data loader's worker, which raises it again with the
    worker's traceback as its only argument.

    Args:
        where (str | Path): The file or the configuration field at fault.
        found (str): What was found there. Defaults to '', which takes
            ``where`` as the whole message.
        expected (str): What was expected instead. Defaults to ''.
        fix (str): What to do about it. Defaults to ''.
        details (Sequence[str]): Several faults of one kind, a line for each
            below the message. Defaults to ().

    Examples:
        >>> print(InputError('val.csv', 'no rows', 'one question per row'))
        val.csv: found no rows; expected one question per row
    """

    def __init__(self,
                 where: str | Path,
                 found: str = '',
                 expected: str = '',
                 fix: str = '',
                 details: Sequence[str] = ()) -> None:
        self.where, self.found = str(where), found
        message = self.where
        if found:
            message = (f'{_shorten(message)}: found {_shorten(found)}; '
                       f'expected {expected}')
        if fix:
            message += f'. Fix: {fix}'
        self.headline, self.details = message, tuple(details)
        super().__init__('\n'.join((message, *details)))

    def __reduce__(self) -> tuple[Any, ...]:
        return InputError, (str(self), )

    def rename(self, name: str, field: str) -> None:
        """Write a field in place of the name of what it describes.

        Args:
            name (str): The name, as in ``'GSGHead.gate'``.
            field (str): Such as ``'model.grounding_head'``.
        """
        pattern = rf'(?<![\w.]){re.escape(name)}(?=\.[a-z]|=|: found )'
        self.where = re.sub(rf'{pattern}|^{re.escape(name)}$', field,
                            self.where)
        self.args = (re.sub(pattern, field, str(self)), )


@contextmanager
def naming(component: Any, field: str) -> Iterator[None]:
    """Let errors of a component name the field that describes it.

    A component knows its own class and not where a config has it.

    Args:
        component (Any): Its class, or the function that builds it. Names of
            base classes stand for it as well.
        field (str): The field.

    Raises:
        InputError: As raised inside, with the field in place of the name.
    """
    try:
        yield
    except InputError as error:
        for each in getattr(component, '__mro__', (component, )):
            error.rename(getattr(each, '__name__', str(each)), field)
        raise


def describe(value: object, longest: int = 84) -> str:
    """Write a value of a file for a message, however long or deep it is.

    Args:
        value (object): The value.
        longest (int): Letters at most. Defaults to 84.

    Returns:
        str: Its beginning and its end.

    Examples:
        >>> describe([1, [2, [3, [4]]]])
        '[1, [2, [...]]]'
    """
    return _shorten(_REPR.repr(value), longest)


def _shorten(text: str, longest: int = _LONGEST) -> str:
    """Leave the middle of a long text out."""
    half = longest // 2 - 2
    return (text if len(text) <= longest else
            f'{text[:half]}...{text[-half:]}')


def check_choice(field: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse a value that is none of those a field may have.

    Args:
        field (str): The configuration field.
        value (object): Its value.
        allowed (Sequence[str]): The values it may have.

    Raises:
        InputError: If it has another one.
    """
    if value not in allowed:
        raise InputError(field, repr(value), f'one of {", ".join(allowed)}',
                         f'set {field} to one of them')
