"""Processes that run one after the other, or a few at a time."""

from __future__ import annotations

import os
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Seconds between two looks at whether a process has ended.
PAUSE = 0.2
# Seconds in which a process that is told to stop saves what it has.
PATIENCE = 60


@dataclass(frozen=True)
class Job:
    """A process to run.

    Attributes:
        name (int): By which it is known.
        command (Sequence[str]): What is run.
        log (Path): Gets what it prints, after what is there.
    """

    name: int
    command: Sequence[str]
    log: Path


def start(job: Job, environment: dict[str, str]) -> Any:
    """Start a process.

    Args:
        job (Job): What is run.
        environment (dict[str, str]): Its environment.

    Returns:
        Popen: The process.
    """
    job.log.parent.mkdir(parents=True, exist_ok=True)
    with open(job.log, 'ab') as log:
        return subprocess.Popen(job.command, stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log, env=environment,
                                # A signal to the group, as by Ctrl-C, would
                                # be followed by ours, which ends it unsaved.
                                start_new_session=True)


def run_jobs(jobs: Iterable[Job], most: int = 1,
             **environment: str) -> Iterator[tuple[int, int | None]]:
    """Run processes; leaving the loop stops those that still run.

    Args:
        jobs (Iterable[Job]): What is run, in this order.
        most (int): How many run at a time. Defaults to 1.
        **environment (str): Variables to set beside those of this process.

    Yields:
        tuple[int, int | None]: The name of a job and None when it starts;
        its name and exit status, or minus the signal, when it has ended.
    """
    waiting = deque(jobs)
    running: dict[int, Any] = {}
    try:
        while waiting or running:
            while waiting and len(running) < most:
                job = waiting.popleft()
                running[job.name] = start(job, os.environ | environment)
                yield job.name, None
            for name, process in list(running.items()):
                if process.poll() is not None:
                    del running[name]
                    yield name, process.returncode
            time.sleep(PAUSE)
    finally:
        _stop(list(running.values()))


def _stop(processes: list[Any]) -> None:
    """Let processes save what they have, and end them."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
