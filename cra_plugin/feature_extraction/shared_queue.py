"""Batches of videos that several processes share out among them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.process_link import ProcessLink
from cra_plugin.utils.first_few import first_few


class SharedQueue:
    """Batches of several processes, each taken by whoever is free.

    Args:
        link (ProcessLink): Reaches the other processes.
        batches (Sequence[list[int]]): All batches, the same in all of them.
        video_ids (Sequence[str]): Names of the rows, for messages.

    Attributes:
        patience (float): Seconds without a sign of life after which a
            process counts as gone.
    """

    patience = 120.

    def __init__(self, link: ProcessLink, batches: Sequence[list[int]],
                 video_ids: Sequence[str]) -> None:
        self._link = link
        self._batches = batches
        self._video_ids = video_ids
        self._open: list[int] = []

    @property
    def num_finished(self) -> int:
        """Rows that are done, of all processes."""
        return self._link.count('finished')

    def __iter__(self) -> Iterator[list[int]]:
        """Take batches until there are none.

        Raises:
            PeerError: If another process has failed.
        """
        while True:
            self._link.check()
            index = self._link.count('taken', 1) - 1
            if index >= len(self._batches):
                return
            self._open += self._batches[index]
            self._tell()
            yield self._batches[index]

    def finish(self, batch: Sequence[int], skipped: dict[int, str]) -> None:
        """Say that a batch is kept, and why some of its rows are not."""
        for row, reason in skipped.items():
            index = self._link.count('skips', 1) - 1
            self._link.say(f'skip.{index}', [row, reason])
        self._open = [row for row in self._open if row not in batch]
        self._tell()
        self._link.count('finished', len(batch))

    def where(self, rank: int | None = None) -> str:
        """Name a process and the videos that it works on.

        Args:
            rank (int, optional): Its number; None for this one. Defaults to
                None.

        Returns:
            str: For a message.
        """
        rank = self._link.rank if rank is None else rank
        videos = self._link.heard(f'at.{rank}')
        name = self._link.name(rank)
        return f'{name}, at {first_few(videos)}' if videos else name

    def wait(self) -> dict[int, str]:
        """Wait until all batches are done, by whichever process.

        Returns:
            dict[int, str]: Row to the reason why it was skipped.

        Raises:
            PeerError: If another process fails.
            InputError: If one is gone.
        """
        num_rows = sum(map(len, self._batches))
        beats: dict[int, int] = {}
        silent = dict.fromkeys(range(self._link.world_size), 0.)
        while self.num_finished < num_rows:
            self._link.check()
            for rank in silent:
                number = self._link.num_beats(rank)
                # Not by the clock: this process may have been stopped too.
                silent[rank] = 0 if number != beats.get(rank) else (
                    silent[rank] + self._link.poll_seconds)
                beats[rank] = number
                if number and silent[rank] > self.patience:
                    self._give_up(rank)
            time.sleep(self._link.poll_seconds)
        return dict(self._skips())

    def _tell(self) -> None:
        """Say which videos this process works on."""
        self._link.say(f'at.{self._link.rank}',
                       [self._video_ids[row] for row in self._open])

    def _skips(self) -> Iterator[tuple[int, str]]:
        """What all processes skipped."""
        for index in range(self._link.count('skips')):
            row, reason = self._link.hear(f'skip.{index}')
            yield row, reason

    def _give_up(self, rank: int) -> None:
        """End because of a process that has been killed."""
        raise InputError(
            self.where(rank), f'no sign of life for {self.patience:g} s',
            'processes that end by themselves', 'where memory ran out, set '
            'fewer --workers or processes; start them again: what is '
            'finished is kept')
