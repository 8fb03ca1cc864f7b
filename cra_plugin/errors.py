"""The one error type that bad input raises."""

from __future__ import annotations

from pathlib import Path


class InputError(ValueError):
    """Bad input: says where, what was found, what was expected and the fix.

    The tools print it as one line and exit with status 2.

    Args:
        where (str | Path): The file or the configuration field at fault.
        found (str): What was found there.
        expected (str): What was expected instead.
        fix (str): What to do about it. Defaults to ''.

    Examples:
        >>> print(InputError('val.csv', 'no rows', 'a question a row'))
        val.csv: found no rows; expected a question a row
    """

    def __init__(self,
                 where: str | Path,
                 found: str,
                 expected: str,
                 fix: str = '') -> None:
        message = f'{where}: found {found}; expected {expected}'
        super().__init__(f'{message}. Fix: {fix}' if fix else message)
        self.where = str(where)
