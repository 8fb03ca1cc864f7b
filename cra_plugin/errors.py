"""The one error type that bad input raises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


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

    Examples:
        >>> print(InputError('val.csv', 'no rows', 'a question a row'))
        val.csv: found no rows; expected a question a row
    """

    def __init__(self,
                 where: str | Path,
                 found: str = '',
                 expected: str = '',
                 fix: str = '') -> None:
        self.where = str(where)
        message = self.where
        if found:
            message += f': found {found}; expected {expected}'
        if fix:
            message += f'. Fix: {fix}'
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return InputError, (str(self), )


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
