"""Keep signals that are meant for a run from its data workers."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing import parent_process
from types import TracebackType
from typing import Any

from mmengine.runner import Runner
from mmengine.runner.base_loop import BaseLoop


def shield_workers(runner: Runner) -> None:
    """Let the workers of all data loaders outlive what the run is told.

    Ctrl-C, a terminal that closes, a launcher and a batch system send their
    signals to whole groups of processes. Without its workers the main
    process could not finish its iteration and save.

    Args:
        runner (Runner): The runner; loops that are not built are left alone.
    """
    for loop in (runner._train_loop, runner._val_loop, runner._test_loop):
        if isinstance(loop, BaseLoop):
            loader = loop.dataloader
            loader.worker_init_fn = partial(_start, loader.worker_init_fn)


def _start(start: Callable[[int], None] | None, worker: int) -> None:
    """Begin as a data worker that only its own process stops."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.excepthook = _report
    if hasattr(signal, 'sigwaitinfo'):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        # Not the parent of the system, which may be a server that forks.
        main = parent_process()
        threading.Thread(target=_obey, daemon=True, args=(
            os.getppid() if main is None else main.pid, )).start()
    if start is not None:
        start(worker)


def _obey(main: int | None) -> None:
    """End on the SIGTERM of the main process, and on no other."""
    while signal.sigwaitinfo({signal.SIGTERM}).si_pid != main:
        pass
    # As torch's own workers do: any other status is a lost worker to the
    # main process, which says so with a traceback, at its exit too.
    os._exit(0)


def _report(kind: type[BaseException], error: BaseException,
            traceback: TracebackType | None) -> Any:
    """Say nothing of a main process that has gone while it was served."""
    if not isinstance(error, (ConnectionError, EOFError)):
        sys.__excepthook__(kind, error, traceback)
