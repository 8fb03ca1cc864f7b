"""Ending with the process that started this one, however that ended."""

from __future__ import annotations

import os
import signal
import threading
import time

# Process id of the parent.
VARIABLE = 'CRA_ABLATION_PARENT'
PAUSE = 0.5


def end_with_parent() -> None:
    """Stop this process, as SIGTERM does, once its parent is gone.

    Without ``VARIABLE`` in the environment, as under Slurm, nothing is done.
    """
    parent = os.environ.pop(VARIABLE, None)
    if parent is not None:
        threading.Thread(target=_watch, args=(int(parent), ),
                         daemon=True).start()


def _watch(parent: int) -> None:
    """Wait until another process is the parent."""
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os.kill(os.getpid(), signal.SIGTERM)
