"""Limit how long one video may take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from cra_plugin.feature_extraction.video_reader import VideoError

Result = TypeVar('Result')


class TimeLimit:
    """The time that is left for a video; it runs from the start.

    Args:
        seconds (float): Seconds of wall-clock time.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Stop what takes too long.

        Raises:
            VideoError: If no time is left.
        """
        if time.monotonic() > self._end:
            raise VideoError(f'it takes longer than the limit of '
                             f'{self.seconds:g} s per video')

    def call(self, function: Callable[..., Result], *args: Any) -> Result:
        """Call what cannot be stopped from outside, such as a library.

        Args:
            function (Callable[..., Result]): Where it goes past the limit,
                its thread is left behind; it ends with the process.
            *args: Its arguments.

        Returns:
            Result: What it returns; what it raises is raised.

        Raises:
            VideoError: If it takes longer than is left.
        """
        results: list[Result] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(function(*args))
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(max(0., self._end - time.monotonic()))
        if errors:
            raise errors[0]
        if not results:
            self._end = 0.
            self.check()
        return results[0]
