"""Find where an output goes: a file, or what is no regular file."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from pathlib import Path

from cra_plugin.errors import InputError
from cra_plugin.utils.text_file import kind_of_file

_DESCRIPTORS = re.compile(r'/dev/fd|/proc/(self|\d+)(/task/\d+)?/fd')
_MOST_LINKS = 40


def resolve_output(path: str | Path) -> Path:
    """Follow the links of an output, as opening it would.

    Args:
        path (str | Path): Where to write; nothing need be there.

    Returns:
        Path: The absolute path of the file itself. Open files of a process
        (``/dev/stdout``, ``/proc/self/fd/1``) are left as they are: what
        they lead to must not be replaced.

    Raises:
        InputError: If links lead in a circle.
    """
    place = os.path.abspath(path)
    for _ in range(_MOST_LINKS):
        folder, name = os.path.split(place)
        place = os.path.join(os.path.realpath(folder), name)
        if _is_descriptor(place) or not os.path.islink(place):
            return Path(place)
        place = os.path.join(os.path.dirname(place), os.readlink(place))
    raise InputError(path, 'links that lead in a circle', 'a file to write',
                     'name another output')


def is_special(path: Path) -> bool:
    """Whether an output is to be written into, and never replaced.

    Args:
        path (Path): What :func:`resolve_output` gave.

    Returns:
        bool: True for devices, pipes, sockets and open files.
    """
    return _is_descriptor(path) or (
        path.exists() and not path.is_file() and not path.is_dir())


def check_output_place(path: str | Path) -> Path:
    """Refuse an output that cannot be written, before the work is done.

    Args:
        path (str | Path): Where to write.

    Returns:
        Path: What :func:`resolve_output` gives.

    Raises:
        InputError: If it is a folder, if it or its folder has no write
            permission, or if its folder is a file.
    """
    place = resolve_output(path)
    if place.is_dir():
        raise InputError(path, 'a folder', 'a file to write',
                         'name a file in it')
    if _is_descriptor(place):
        if not place.exists():
            raise InputError(path, 'no open file', 'an open file',
                             'name another output')
        return place
    # The nearest of its folders that is there: the others will be made.
    folder = next(each for each in place.parents if each.exists())
    if not folder.is_dir():
        raise InputError(folder, 'a file', f'the folder of {place.name}',
                         'name another output')
    locked = place if place.exists() else folder
    if not os.access(locked, os.W_OK):
        raise InputError(locked, 'no write permission', 'a place to write to',
                         'name another output')
    return place


def regular_output(path: str | Path) -> Path:
    """Refuse an output that has to be a file, as it is written in pieces.

    Args:
        path (str | Path): Where to write.

    Returns:
        Path: What :func:`resolve_output` gives.

    Raises:
        InputError: As :func:`check_output_place`, or if it is a device, a
            pipe or an open file.
    """
    place = check_output_place(path)
    if is_special(place):
        kind = ('an open file' if _is_descriptor(place) else
                kind_of_file(place.stat().st_mode))
        raise InputError(path, kind, 'a regular file', 'name a file')
    return place


def pour(source: Path, place: Path) -> None:
    """Copy a file into what is no regular file, or cannot be replaced.

    Args:
        source (Path): What was written.
        place (Path): What :func:`resolve_output` gave.

    Raises:
        BrokenPipeError: If nobody reads stdout any more.
        InputError: If it cannot be written to.
    """
    # What was printed comes first where this is stdout.
    sys.stdout.flush()
    try:
        with open(source, 'rb') as content, open(
                _open(place), 'wb') as output:
            shutil.copyfileobj(content, output)
    except OSError as error:
        if error.errno == errno.EPIPE and place.name == '1':
            raise
        raise InputError(
            place, f'no way to write all of it ({error.strerror})',
            'a file, a device, or a pipe that is read to its end',
            'name another output') from None


def _open(place: Path) -> int:
    """Open for writing; an open file goes on where it is."""
    own = f'{os.path.realpath("/proc/self")}/'
    if not _is_descriptor(place):
        return os.open(place, os.O_WRONLY | os.O_TRUNC)
    if place.parent == Path('/dev/fd') or str(place).startswith(own):
        return os.dup(int(place.name))
    return os.open(place, os.O_WRONLY | os.O_APPEND)


def _is_descriptor(place: str | Path) -> bool:
    """Whether a path is that of an open file of a process."""
    folder, name = os.path.split(place)
    return name.isdigit() and _DESCRIPTORS.fullmatch(folder) is not None
