"""Let one run at a time use a work dir."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from cra_plugin.engine.launcher_variables import VARIABLES
from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path

LOCK, HOLDER = '.run.lock', '.run.holder'


@contextmanager
def sole_run(work_dir: str | Path, launcher: str = 'none') -> Iterator[None]:
    """Keep other runs out of a work dir, which is created and tried.

    The lock is the operating system's: it ends with the process, however
    that ends. The first process of a distributed run takes it for all.

    Args:
        work_dir (str | Path): The folder.
        launcher (str): As for :func:`cra_plugin.apis.train.train`. Defaults
            to 'none'.

    Yields:
        None: While this run is the only one.

    Raises:
        InputError: If nothing can be written there or another run is in it.
    """
    rank = VARIABLES.get(launcher, {}).get('RANK', '')
    if int(os.environ.get(rank, 0)) != 0:
        yield
        return
    folder = Path(work_dir)
    holder = folder / HOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
        _note_holder(holder)
    except Timeout:
        who = (holder.read_text('utf-8', 'replace') if holder.is_file()
               else 'another process')
        raise InputError(
            folder, f'the run of {who}', 'one run at a time in a folder',
            'wait for it or stop it, or set another --work-dir') from None
    except OSError as error:
        raise InputError(
            folder, f'a folder that cannot be written to ({error})',
            'a work dir for logs and checkpoints',
            'make room, or set another --work-dir') from error
    try:
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _note_holder(path: Path) -> None:
    """Say who is running, for the one who comes next."""
    with atomic_path(path) as temporary:
        temporary.write_text(
            f'process {os.getpid()} on {socket.gethostname()}, since '
            f'{time.strftime("%Y-%m-%d %H:%M:%S")}', 'utf-8',
            'surrogateescape')
