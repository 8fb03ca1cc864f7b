"""What the processes of an extraction tell each other, through a store."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from cra_plugin.errors import InputError

Result = TypeVar('Result')
_FAILED, _NOTICED = 'failed', 'noticed'


class PeerError(InputError):
    """Another process of the run has failed, and has said why."""


class Store(Protocol):
    """What is used of the stores of ``torch.distributed``."""

    def set(self, name: str, value: str) -> None:
        """Write a value."""

    def get(self, name: str) -> bytes:
        """Read a value, or wait for it."""

    def check(self, names: list[str]) -> bool:
        """Tell whether there are values."""

    def add(self, name: str, amount: int) -> int:
        """Add to a number."""


class ProcessLink:
    """Messages, counts and failures of a few processes.

    A thread of each process shows the others that it lives.

    Args:
        store (Store): The store of torch that all of them reach.
        rank (int): Number of this process.
        world_size (int): How many there are.

    Attributes:
        rank (int): Number of this process.
        world_size (int): How many there are.
        poll_seconds (float): Time between two looks.
        beat_seconds (float): Time between two signs of life.
    """

    poll_seconds = .1
    beat_seconds = 5.

    def __init__(self, store: Store, rank: int, world_size: int) -> None:
        self._store = store
        self.rank, self.world_size = rank, world_size
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def leave(self, seconds: float = 30) -> None:
        """Come to an end; process 0, with the store, after the others.

        Args:
            seconds (float): How long it waits for them at most. Defaults to
                30.
        """
        self._ended.set()
        self._thread.join()
        waits = round(seconds / self.poll_seconds) if self.rank == 0 else 0
        with suppress(InputError):
            self.count('left', 1)
            while waits and self.count('left') < self.world_size:
                time.sleep(self.poll_seconds)
                waits -= 1

    def name(self, rank: int | None = None) -> str:
        """Name a process in messages.

        Args:
            rank (int, optional): Its number; None for this one. Defaults to
                None.

        Returns:
            str: Such as 'process 1 of the run'.
        """
        return f'process {self.rank if rank is None else rank} of the run'

    def say(self, name: str, value: Any) -> None:
        """Tell all processes something.

        Args:
            name (str): What it is about.
            value (Any): What JSON holds.
        """
        self._ask(lambda: self._store.set(name, json.dumps(value)))

    def heard(self, name: str) -> Any:
        """Give what was said, if it was.

        Args:
            name (str): What it is about.

        Returns:
            Any: The value; None where nothing was said yet.
        """
        if not self._ask(lambda: self._store.check([name])):
            return None
        return json.loads(self._ask(lambda: self._store.get(name)))

    def hear(self, name: str) -> Any:
        """Wait until something is said.

        Args:
            name (str): What it is about.

        Returns:
            Any: The value, which must not be None.

        Raises:
            PeerError: If a process fails before.
            InputError: If the store is gone.
        """
        while (value := self.heard(name)) is None:
            self.check()
            time.sleep(self.poll_seconds)
        return value

    def count(self, name: str, amount: int = 0) -> int:
        """Add to a number that all processes share, at once.

        Args:
            name (str): Which one; it is 0 at first.
            amount (int): What is added. Defaults to 0.

        Returns:
            int: The sum.
        """
        return self._ask(lambda: self._store.add(name, amount))

    def fail(self, message: str, seconds: float = 20) -> bool:
        """Tell all processes why this one ends, where none has failed yet.

        Args:
            message (str): One line.
            seconds (float): How long to wait for process 0, which may be
                busy with a video. Defaults to 20.

        Returns:
            bool: Whether process 0, another one, says it.
        """
        if self.heard(_FAILED) is None:
            self.say(_FAILED, message)
        waits = round(seconds / self.poll_seconds) if self.rank else 0
        while waits and self.heard(_NOTICED) is None:
            time.sleep(self.poll_seconds)
            waits -= 1
        return waits > 0

    def check(self) -> None:
        """End where another process has failed.

        Raises:
            PeerError: With the line of that process.
        """
        message = self.heard(_FAILED)
        if message is not None:
            if self.rank == 0:
                self.say(_NOTICED, True)
            raise PeerError(message)

    def num_beats(self, rank: int) -> int:
        """Count the signs of life of a process.

        Args:
            rank (int): Its number.

        Returns:
            int: How many there were.
        """
        return self.count(f'beats.{rank}')

    def _beat(self) -> None:
        """Give signs of life until the end."""
        try:
            while not self._ended.is_set():
                self._store.add(f'beats.{self.rank}', 1)
                self._ended.wait(self.beat_seconds)
        except RuntimeError:
            pass  # the main thread finds the store gone, too

    def _ask(self, question: Callable[[], Result]) -> Result:
        """Use the store, or say that it is gone."""
        try:
            return question()
        except RuntimeError as error:
            raise InputError(
                self.name(0), 'no answer '
                f'({" ".join(str(error).split())[:120]})', 'all processes '
                'until the end', 'see its own error, and start them again: '
                'what is finished is kept') from None
