"""Let the garbage collector rest while a run imports and reads its files."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Of what a start makes nearly nothing is garbage, and looking through all of
# it again and again is a fifth of the time.
_RESTING = 100_000
_usual: list[tuple[int, int, int]] = []


@contextmanager
def resting_collector() -> Iterator[None]:
    """Collect seldom until :func:`wake_collector`, or to the end."""
    _usual.append(gc.get_threshold())
    gc.set_threshold(_RESTING, *_usual[-1][1:])
    try:
        yield
    finally:
        if _usual:
            gc.set_threshold(*_usual.pop())


def wake_collector() -> None:
    """Collect as usual again, but for what is there by now.

    That stays, and is not looked through again: not here, nor in data
    workers, whose memory would be copied by it. Nothing happens where the
    collector does not rest.
    """
    if _usual:
        gc.set_threshold(*_usual.pop())
        gc.freeze()
