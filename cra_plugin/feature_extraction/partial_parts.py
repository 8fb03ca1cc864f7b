"""What each of several processes has extracted, until it is joined."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cra_plugin.feature_extraction.partial_file import (
    PartialFile,
    remove_partial,
)


class PartialParts:
    """The :class:`PartialFile` of an output, and one more for each process.

    Processes on several machines may not write into one file. Process 0
    writes into ``{out}.partial.*``, each other one into a part of its own,
    ``{out}.partial.RANK-RUN.partial.*``, which process 0 takes over at the
    end, or whoever goes on with a run that was killed.

    Args:
        out (Path): The file that the extraction will write.
        identity (Mapping[str, Any]): What made the features.
        shape (tuple[int, int, int]): (N, T, D).
        states (Sequence[Any]): N, see :class:`PartialFile`.
    """

    def __init__(self, out: Path, identity: Mapping[str, Any],
                 shape: tuple[int, int, int], states: Sequence[Any]) -> None:
        self._out = out
        self._arguments = identity, shape, states

    def open_whole(self) -> PartialFile:
        """Open what is finished, with what killed processes have left.

        Returns:
            PartialFile: All of it, in one file.

        Raises:
            InputError: As :class:`PartialFile`.
        """
        whole = PartialFile(self._out, *self._arguments)
        for part in find_parts(self._out):
            self._take_over(whole, part)
        return whole

    def open_part(self, run: str, rank: int) -> PartialFile:
        """Open the file of a process.

        Args:
            run (str): Name of the run, which no earlier one had.
            rank (int): Number of the process.

        Returns:
            PartialFile: Empty.
        """
        return PartialFile(self._part(run, rank), *self._arguments,
                           sparse=True)

    def join(self, whole: PartialFile, run: str, world_size: int) -> None:
        """Take over what the other processes have finished.

        Names, since a network may list new files late.

        Args:
            whole (PartialFile): Of process 0.
            run (str): Name of the run.
            world_size (int): Number of its processes.
        """
        for rank in range(1, world_size):
            self._take_over(whole, self._part(run, rank))

    def remove_part(self, run: str, rank: int) -> None:
        """Remove the file of a process.

        Args:
            run (str): Name of the run.
            rank (int): Number of the process.
        """
        remove_partial(self._part(run, rank))

    def _part(self, run: str, rank: int) -> Path:
        """Name what a process would write if it were alone."""
        return self._out.with_name(f'{self._out.name}.partial.{rank}-{run}')

    def _take_over(self, whole: PartialFile, part: Path) -> None:
        """Copy what a part holds, and remove it."""
        whole.absorb(PartialFile(part, *self._arguments, sparse=True))
        remove_partial(part)


def find_parts(out: Path) -> list[Path]:
    """Find what processes have left.

    Args:
        out (Path): The file that the extraction will write.

    Returns:
        list[Path]: What each of them would have written if it were alone.
    """
    prefix, end = glob.escape(f'{out.name}.partial.'), '.partial.'
    return sorted({
        path.with_name(path.name[:path.name.rindex(end)])
        for path in out.parent.glob(f'{prefix}*-*{end}*')})


def remove_all(out: Path) -> None:
    """Remove the files of an extraction that is finished.

    Args:
        out (Path): The file that it wrote.
    """
    remove_partial(out)
    for part in find_parts(out):
        remove_partial(part)
