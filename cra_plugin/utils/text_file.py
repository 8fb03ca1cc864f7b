"""Text files of other people: read whole, and never without end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cra_plugin.errors import InputError

# Bytes. A pipe does not tell how much is coming.
LARGEST_FILE, LARGEST_PIPE = 2**32, 2**30
_BLOCK = 2**20


def read_text(path: str | Path, kind: str, fix: str = 'check the path') -> str:
    """Read a text file, or a pipe such as the shell's ``<(...)``.

    Args:
        path (str | Path): The file. A byte order mark is left out.
        kind (str): What it should be, for messages.
        fix (str): What to do where there is no such file. Defaults to
            'check the path'.

    Returns:
        str: The text, its line ends as they are.

    Raises:
        InputError: If there is no such file, it is a folder or device, is
            larger than ``LARGEST_FILE`` (a pipe: ``LARGEST_PIPE``) or holds
            bytes that are not UTF-8.
    """
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
            raise InputError(path, kind_of_file(mode), kind,
                             'name a file, or a pipe')
        return _read(path, kind,
                     LARGEST_FILE if stat.S_ISREG(mode) else LARGEST_PIPE)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(path, 'no such file', kind, fix) from None
    except OSError as error:
        raise InputError(path, f'a file that cannot be read '
                         f'({error.strerror})', kind, fix) from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        # The path itself may be no text that a file system takes.
        raise InputError(path, str(error), kind, fix) from None


def kind_of_file(mode: int) -> str:
    """Name what is no regular file.

    Args:
        mode (int): ``st_mode`` of it.

    Returns:
        str: Such as ``'a folder'``.
    """
    if stat.S_ISDIR(mode):
        return 'a folder'
    if stat.S_ISFIFO(mode):
        return 'a pipe'
    return 'a socket' if stat.S_ISSOCK(mode) else 'a device'


def _read(path: str | Path, kind: str, most: int) -> str:
    """Read at most so many bytes, and decode them."""
    content = bytearray()
    with open(path, 'rb') as file:
        while block := file.read(_BLOCK):
            content += block
            if b'\0' in block:
                raise InputError(path, 'zero bytes, which no text has',
                                 f'{kind} in UTF-8', 'save it as UTF-8')
            if len(content) > most:
                raise InputError(path, f'more than {most} bytes', kind,
                                 'check that it is the right file')
    try:
        return content.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise InputError(
            path, f'byte {error.start} that is not UTF-8', f'{kind} in UTF-8',
            'save it as UTF-8, or copy it again') from None
