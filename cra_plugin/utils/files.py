"""Files: written whole or not at all, and known by their digest."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from cra_plugin.errors import InputError
from cra_plugin.utils.output_place import (
    check_output_place,
    is_special,
    pour,
    resolve_output,
)

# Bytes, on all usual file systems.
_LONGEST_NAME = 255


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a temporary path that becomes ``path`` when the block succeeds.

    It lies in the folder of ``path``, which is created where it is missing,
    and keeps its suffix, which some writers go by. Links are followed: what
    they lead to is replaced, not they, and it keeps its permissions. What is
    no regular file, such as ``/dev/stdout`` or a named pipe, is written into
    at the end of the block.

    Args:
        path (str | Path): The file to write or replace.

    Yields:
        Path: Where to write meanwhile. It is removed if the block fails.

    Raises:
        InputError: If nothing can be written there.

    Examples:
        >>> with atomic_path('answers.json') as temporary:
        ...     _ = temporary.write_text('{}')
    """
    place = check_output_place(path)
    if is_special(place):
        with TemporaryDirectory() as folder:
            temporary = Path(folder, f'output{Path(path).suffix}')
            yield temporary
            pour(temporary, place)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary_name(place, Path(path).suffix)
    try:
        yield temporary
        if place.exists():
            shutil.copymode(place, temporary)
        _replace(temporary, place)
    except OSError as error:
        # Python does not say on which file a disk was full.
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _temporary_name(place: Path, suffix: str) -> Path:
    """Name a file beside another one that may have the longest of names."""
    end = f'.{os.getpid()}{suffix}'
    stem = os.fsencode(place.stem)[:_LONGEST_NAME - len(os.fsencode(end)) - 1]
    return place.with_name(f'.{stem.decode(errors="ignore")}{end}')


def _replace(temporary: Path, place: Path) -> None:
    """Put a file in the place of another one."""
    try:
        os.replace(temporary, place)
    except OSError as error:
        # A file that is mounted by itself, as into a container.
        if error.errno != errno.EBUSY:
            raise
        pour(temporary, place)


def existing_file(path: str | Path) -> Path | None:
    """Give a path if there is such a file.

    Args:
        path (str | Path): Where a file may be.

    Returns:
        Path, optional: The path; None where no file is.
    """
    path = Path(path)
    return path if path.is_file() else None


def file_digest(path: str | Path) -> str:
    """Digest the content of a file.

    Args:
        path (str | Path): The file.

    Returns:
        str: SHA-256, in hexadecimal digits.
    """
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def check_room(path: str | Path, size: int) -> None:
    """Refuse to write a file that would not fit on its disk.

    Args:
        path (str | Path): The file, or a link to it; its folder is created
            when absent. What is no regular file has room for all.
        size (int): Bytes that will be written.

    Raises:
        InputError: If the disk has not enough room.
    """
    place = resolve_output(path)
    if is_special(place):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(place.parent).free
    if free < size:
        raise InputError(
            path, f'{free / 2**20:,.1f} MiB of free disk space',
            f'{size / 2**20:,.1f} MiB for it', 'make room, or name another '
            'file')


def file_state(path: Path | None) -> list[int] | None:
    """Tell whether a file is still the same, without reading it.

    Args:
        path (Path, optional): The file.

    Returns:
        list[int], optional: Its size and the time of its last change, in
        nanoseconds; None where there is none.
    """
    try:
        found = None if path is None else path.stat()
    except OSError:
        return None
    return None if found is None else [found.st_size, found.st_mtime_ns]


def file_identity(path: Path) -> tuple[int, int] | None:
    """Give what is the same of all paths to a file or folder.

    Args:
        path (Path): One of the paths; links are followed.

    Returns:
        tuple[int, int], optional: Device and inode; None where nothing is.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def one_writer(path: str | Path) -> Iterator[None]:
    """Keep other processes from writing a file meanwhile.

    Args:
        path (str | Path): The file, or a link to it; an empty
            ``{path}.lock`` may be left beside the file.

    Yields:
        None: While this process is the only one.

    Raises:
        InputError: If there is another one.
    """
    lock = FileLock(f'{resolve_output(path)}.lock', timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise InputError(path, 'another run that is writing it',
                         'one writer', 'wait for it, or name another file'
                         ) from None
    try:
        yield
    finally:
        lock.release()
