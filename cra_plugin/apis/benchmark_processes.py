"""Time the extraction of features by several processes against one."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch.multiprocessing.spawn import start_processes

from cra_plugin.apis.extract_features import extract_features
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.extraction_settings import (
    ExtractionSettings,
)
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder


@dataclass(frozen=True)
class ProcessTiming:
    """What the same videos took one process and several, of a thread each.

    Attributes:
        num_processes (int): How many the several were.
        alone (float): CPU seconds of one process; the median of rounds.
        busiest (float): CPU seconds of that of several with most of them.
        ratio (float): The former to the latter, within a round.
        clock_ratio (float): The same by the clock, from when all processes
            are ready.
    """

    num_processes: int
    alone: float
    busiest: float
    ratio: float
    clock_ratio: float

    def __str__(self) -> str:
        return (f'{self.num_processes} processes: {self.ratio:.2f} times as '
                f'fast by CPU time ({self.alone:.2f} s alone, '
                f'{self.busiest:.2f} s the busiest), {self.clock_ratio:.2f} '
                'by the clock')


def benchmark_processes(paths: Sequence[Path],
                        build_encoder: Callable[[], FrameEncoder],
                        num_processes: int = 2,
                        rounds: int = 3) -> ProcessTiming:
    """Extract by one process and by several, in turns.

    Args:
        paths (Sequence[Path]): Videos, all readable; they may repeat.
        build_encoder (Callable): Builds the encoder in each process.
        num_processes (int): How many share the videos out. Defaults to 2.
        rounds (int): How often each is timed. Defaults to 3.

    Returns:
        ProcessTiming: The medians.

    Raises:
        InputError: If the two write different bytes.
    """
    figures = []
    for _ in range(rounds):
        with _folder_of(paths) as folder:
            one, clock = _run(1, folder, build_encoder)
            several, shared_clock = _run(num_processes, folder, build_encoder)
            if (folder / '1.h5').read_bytes() != (
                    folder / f'{num_processes}.h5').read_bytes():
                raise InputError(f'{num_processes} processes', 'other bytes '
                                 'than those of one', 'the same', 'report it')
        figures.append((one[0], max(several), one[0] / max(several),
                        clock / shared_clock))
    return ProcessTiming(num_processes, *map(median, zip(*figures)))


@contextmanager
def _folder_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Copy the videos under names of their own, into a folder that vanishes.

    Several links to a video would count as one.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [f'{index:05}' for index in range(len(paths))]
        for path, stem in zip(paths, names):
            shutil.copy(path, folder / f'{stem}{path.suffix}')
        (folder / 'ids.txt').write_text('\n'.join(names), encoding='utf-8')
        yield folder


def _run(world_size: int, folder: Path,
         build_encoder: Callable[[], FrameEncoder]
         ) -> tuple[list[float], float]:
    """Extract; the CPU seconds of each process, and those of the clock."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    results = multiprocessing.get_context('forkserver').SimpleQueue()
    start_processes(
        _extract, (world_size, port, folder, build_encoder, results),
        world_size, start_method='forkserver')
    found = [results.get() for _ in range(world_size)]
    seconds, starts, ends = zip(*found)
    return list(seconds), max(ends) - max(starts)


def _extract(rank: int, world_size: int, port: int, folder: Path,
             build_encoder: Callable[[], FrameEncoder], results: Any) -> None:
    """Extract as one of several processes; tell the time."""
    os.environ.update(
        RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(world_size),
        MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port))
    torch.set_num_threads(1)
    encoder = build_encoder()
    start, used = time.monotonic(), time.process_time()
    extract_features(
        folder, folder / 'ids.txt', encoder, folder / f'{world_size}.h5',
        ExtractionSettings(num_workers=1), progress=False,
        launcher='pytorch' if world_size > 1 else 'none')
    results.put((time.process_time() - used, start, time.monotonic()))
