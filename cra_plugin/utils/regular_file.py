"""Tell whether a path is a regular file, whatever its name is."""

from __future__ import annotations

from pathlib import Path

from cra_plugin.errors import InputError
from cra_plugin.utils.text_file import kind_of_file


def is_regular_file(path: str | Path) -> bool:
    """Whether a path is one of a file that can be read to its end.

    Args:
        path (str | Path): Any path, also one that no file could have.

    Returns:
        bool: False for folders, devices and pipes too.
    """
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def require_file(path: str | Path, expected: str) -> None:
    """Refuse what is no file.

    Args:
        path (str | Path): Any path.
        expected (str): What the file should be.

    Raises:
        InputError: If no file is there; says what is.
    """
    if is_regular_file(path):
        return
    try:
        found = kind_of_file(Path(path).stat().st_mode)
    except (OSError, ValueError):
        found = 'no such file'
    raise InputError(path, found, expected, 'check the path')
