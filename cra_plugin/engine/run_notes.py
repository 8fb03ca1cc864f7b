"""Read the one-line files in which a run notes where it stands."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.regular_file import is_regular_file

# Path of the checkpoint to continue from.
LAST_CHECKPOINT = 'last_checkpoint'
# Number of the last epoch that was validated to the end.
VALIDATED = 'last_validated'
# No path is longer on Linux.
MOST_BYTES = 4096
# Names of folders may hold any bytes, whatever the locale is.
ENCODING = {'encoding': 'utf-8', 'errors': 'surrogateescape'}
ODD_BYTE = re.compile('[\udc80-\udcff]')


def read_note(path: str | Path) -> str:
    """Read a note; one that cannot be read is none, with a warning.

    Args:
        path (str | Path): The file.

    Returns:
        str: Its line; '' where there is no note.
    """
    try:
        if not os.path.lexists(path):
            return ''
        if not is_regular_file(path):
            raise ValueError('no regular file')
        with open(path, 'rb') as file:
            content = file.read(MOST_BYTES + 1)
        text = content.decode(**ENCODING).strip()
        if len(content) > MOST_BYTES or not ODD_BYTE.sub(
                '', text).isprintable():
            raise ValueError('no line of text')
        return text
    except (OSError, ValueError) as error:
        logging.getLogger('cra_plugin').warning(
            'warning: %s cannot be read (%s): going on without it', path,
            error)
        return ''


def write_note(path: str | Path, text: str) -> None:
    """Write a note, or leave the old one as it is.

    Args:
        path (str | Path): The file.
        text (str): Its line.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(text, **ENCODING)


def clear_place(path: str | Path) -> None:
    """Move aside what is no file, so that one can be written there.

    Args:
        path (str | Path): Where a note or checkpoint goes; a folder or
            anything else that is there gets the first free name of
            ``{path}.1``, ``{path}.2``.
    """
    if not os.path.lexists(path) or is_regular_file(path):
        return
    number = 1
    while os.path.lexists(f'{path}.{number}'):
        number += 1
    os.rename(path, f'{path}.{number}')
    logging.getLogger('cra_plugin').warning(
        'warning: %s is no file: renamed to %s.%d', path, path, number)
