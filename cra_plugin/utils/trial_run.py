"""Trying in another process what may never return."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress

# Waiting for a disk takes no CPU time, and is no fault.
_WALL_PER_CPU = 20


def returns_in_time(function: Callable[[], object], seconds: int) -> bool:
    """Whether a function ends by itself, however it ends.

    For libraries that loop or crash on damaged files, which no Python code
    can stop. It is called in a fork, which costs about 0.1 s.

    Args:
        function (Callable[[], object]): Called in another process; what it
            returns or raises is lost.
        seconds (int): CPU time that it may take.

    Returns:
        bool: False if it takes longer or its process dies. True where that
        cannot be told, as on systems without a fork.
    """
    if not sys.platform.startswith('linux'):
        return True
    end, held = os.pipe()
    child = os.fork()
    if child == 0:
        _call(function, seconds)
    os.close(held)
    # The pipe closes with the process.
    ended = bool(select.select([end], [], [], _WALL_PER_CPU * seconds)[0])
    os.close(end)
    if not ended:
        os.kill(child, 9)
    status = os.waitpid(child, 0)[1]
    return not ended or os.WIFEXITED(status)


def _call(function: Callable[[], object], seconds: int) -> None:
    """Call it within limits, and end the process."""
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        with suppress(BaseException):
            function()
    finally:
        os._exit(0)
