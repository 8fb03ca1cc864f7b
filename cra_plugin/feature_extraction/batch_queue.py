"""Which batches of videos are to be extracted, for a process that is alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol


class BatchQueue(Protocol):
    """Hands out batches of rows, each once.

    Attributes:
        num_finished (int): Rows that are done, of all processes.
    """

    @property
    def num_finished(self) -> int:
        """See above."""

    def __iter__(self) -> Iterator[list[int]]:
        """Take one batch after the other."""

    def finish(self, batch: Sequence[int], skipped: dict[int, str]) -> None:
        """Say that a batch is kept, and why some of its rows are not."""


def open_batches(num_rows: int, batch_size: int,
                 finished: Collection[int]) -> list[list[int]]:
    """Divide what is not finished yet into batches.

    Row r belongs to batch r // ``batch_size`` whatever is finished already: a
    run that was killed goes on with the batches of an unbroken one, hence
    with the same bits.

    Args:
        num_rows (int): Rows of all videos.
        batch_size (int): Videos of a batch.
        finished (Collection[int]): Rows that are finished.

    Returns:
        list[list[int]]: The rows of each batch; none is empty.
    """
    batches: dict[int, list[int]] = {}
    for row in range(num_rows):
        if row not in finished:
            batches.setdefault(row // batch_size, []).append(row)
    return list(batches.values())


class LocalQueue:
    """Batches of one process, in their order.

    Args:
        batches (Sequence[list[int]]): The batches.
    """

    def __init__(self, batches: Sequence[list[int]]) -> None:
        self._batches = batches
        self.num_finished = 0

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self._batches)

    def finish(self, batch: Sequence[int], skipped: dict[int, str]) -> None:
        """Count the rows."""
        self.num_finished += len(batch)
