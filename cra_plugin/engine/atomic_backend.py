"""Write checkpoints whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend

from cra_plugin.engine.run_notes import clear_place
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.regular_file import is_regular_file

# For backend_args of hooks, as in mmengine's list of backends.
ATOMIC = 'cra_plugin.atomic'


@register_backend(ATOMIC)
class AtomicLocalBackend(LocalBackend):
    """mmengine's local files, written atomically and removed late.

    mmengine 0.10.7 writes checkpoints in place and removes outdated ones
    before it writes their successors: a run that is killed meanwhile, or a
    full disk, leaves half of one. No upstream issue is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self._outdated: list[str] = []

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write a file that no power cut and no kill leaves half-written.

        A folder, pipe or device of that name is moved aside: a pipe would be
        waited for.

        Args:
            obj (bytes): The content.
            filepath (str | Path): The file.

        Raises:
            OSError: If it cannot be written; what was there stays.
        """
        try:
            clear_place(filepath)
            with (atomic_path(filepath) as temporary,
                  open(temporary, 'wb') as file):
                file.write(obj)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OSError(
                error.errno, f'{error.strerror}; earlier checkpoints are '
                'whole: make room, then continue with --resume',
                str(filepath)) from error

    def remove(self, filepath: str | Path) -> None:
        """Note a file for :meth:`remove_outdated`.

        Args:
            filepath (str | Path): The file.
        """
        self._outdated.append(os.fspath(filepath))

    def remove_outdated(self, kept: str | None = None) -> None:
        """Remove the files that were noted.

        Args:
            kept (str, optional): A file that was written since. Defaults to
                None.
        """
        for path in self._outdated:
            if path != kept and is_regular_file(path):
                Path(path).unlink(missing_ok=True)
        self._outdated.clear()
