"""Try a config, and tell what a full run of it will cost."""

from __future__ import annotations

import math
import os
import resource
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from cra_plugin.apis.config import load_config
from cra_plugin.apis.train import build_runner
from cra_plugin.engine.checkpoint_size import needed_bytes
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.missing_inputs import require_inputs, require_loop
from cra_plugin.engine.precision import mix_precision
from cra_plugin.errors import InputError

GIB = 2**30


class _EnoughError(Exception):
    """The dry run has seen what it needs."""


class _StepTimer(Hook):
    """Times the first batches of one loop and leaves it then.

    Args:
        mode (str): ``'train'`` or ``'val'``.
        steps (int): So many batches, or as many as there are.
    """

    priority = 'LOWEST'

    def __init__(self, mode: str, steps: int) -> None:
        self.mode = mode
        self.steps = steps
        self.moments: list[float] = []

    def _before_epoch(self, runner: Runner, mode: str = 'train') -> None:
        if mode == self.mode:
            self.moments = [time.perf_counter()]

    def _after_iter(self,
                    runner: Runner,
                    batch_idx: int,
                    data_batch: Any = None,
                    outputs: Any = None,
                    mode: str = 'train') -> None:
        if mode != self.mode:
            return
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.moments.append(time.perf_counter())
        loader = getattr(runner, f'{mode}_dataloader')
        if batch_idx + 1 == min(self.steps, len(loader)):
            raise _EnoughError

    def seconds(self) -> float:
        """The median time of a batch, the first one left out."""
        pairs = zip(self.moments, self.moments[1:])
        steps = [later - earlier for earlier, later in pairs]
        return median(steps[1:] or steps)


@dataclass(frozen=True)
class Cost:
    """What a full run costs.

    Attributes:
        epochs (int): Epochs of training.
        batches (int): Batches per epoch.
        batch_seconds (float): Seconds a batch.
        validations (int): Validations of a full run.
        validation_seconds (float): Seconds a validation.
        memory_bytes (int): The most memory that was used.
        on_cuda (bool): Whether that is memory of a CUDA device.
        checkpoint_bytes (int): The most that checkpoints occupy at once.
        free_bytes (int): Free disk space in the work dir.
    """

    epochs: int
    batches: int
    batch_seconds: float
    validations: int
    validation_seconds: float
    memory_bytes: int
    on_cuda: bool
    checkpoint_bytes: int
    free_bytes: int

    @property
    def total_seconds(self) -> float:
        """Seconds of a full run, start-up left out."""
        return (self.epochs * self.batches * self.batch_seconds +
                self.validations * self.validation_seconds)

    def lines(self) -> list[str]:
        """Say it.

        Returns:
            list[str]: Time, memory and disk.
        """
        minutes = math.ceil(self.total_seconds / 60)
        kind = 'of the CUDA device' if self.on_cuda else 'of this process'
        return [
            f'time: about {minutes // 60} h {minutes % 60:02} min = '
            f'{self.epochs} epochs x {self.batches} batches x '
            f'{self.batch_seconds:.3g} s + {self.validations} validations x '
            f'{self.validation_seconds:.3g} s',
            f'memory: {self.memory_bytes / GIB:.2f} GiB {kind}',
            f'disk: up to {self.checkpoint_bytes / GIB:.2f} GiB of '
            f'checkpoints, {self.free_bytes / GIB:.2f} GiB are free'
        ]


def dry_run(config: str,
            work_dir: str | None = None,
            amp: str | None = None,
            options: dict[str, Any] | None = None,
            steps: int = 6) -> Cost:
    """Check config, data and text model, train and validate some batches.

    Nothing is written but to a temporary folder.

    Args:
        config (str): The config file.
        work_dir (str, optional): As for
            :func:`~cra_plugin.apis.train.train`. Defaults to None.
        amp (str, optional): As there. Defaults to None.
        options (dict, optional): As there. Defaults to None.
        steps (int): Batches to train, and to validate. Defaults to 6.

    Returns:
        Cost: What a full run costs.

    Raises:
        InputError: If the config, the data, the text model or the work dir
            is at fault, or the checkpoints would not fit.
    """
    loaded = load_config(config, options, work_dir)
    check_config(loaded)
    require_loop(loaded, 'train')
    require_inputs(loaded, ('train', 'val'))
    mix_precision(loaded, amp)
    place = _existing_parent(Path(loaded.work_dir))
    with tempfile.TemporaryDirectory() as folder:
        cost = _measure(_build(loaded, folder), place, steps)
    if cost.free_bytes < cost.checkpoint_bytes:
        raise InputError(
            loaded.work_dir, cost.lines()[-1], 'room for the checkpoints',
            'make room, or set another --work-dir')
    return cost


def _build(config: Config, folder: str) -> Runner:
    """A runner that leaves nothing behind."""
    config.work_dir = folder
    config.resume = False
    config.visualizer = dict(type='mmengine.Visualizer', vis_backends=[])
    config.log_level = 'WARNING'
    return build_runner(config)


def _measure(runner: Runner, place: Path, steps: int) -> Cost:
    """Train and validate some batches."""
    training, validation = _StepTimer('train', steps), _StepTimer('val', steps)
    runner.register_hook(training)
    runner.register_hook(validation)
    with suppress(_EnoughError):
        runner.train()
    loop = runner.train_loop
    epochs: list[int] = []
    validation_seconds = 0.0
    if runner.val_loop is not None:
        with suppress(_EnoughError):
            runner.val_loop.run()
        epochs = [
            epoch for epoch in range(max(1, loop.val_begin),
                                     loop.max_epochs + 1)
            if epoch % loop.val_interval == 0 or epoch == loop.max_epochs
        ]
        validation_seconds = validation.seconds() * len(runner.val_dataloader)
    cuda = torch.cuda.is_available()
    return Cost(
        epochs=loop.max_epochs,
        batches=len(loop.dataloader),
        batch_seconds=training.seconds(),
        validations=len(epochs),
        validation_seconds=validation_seconds,
        memory_bytes=torch.cuda.max_memory_allocated() if cuda else
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        on_cuda=cuda,
        checkpoint_bytes=needed_bytes(runner),
        free_bytes=shutil.disk_usage(place).free)


def _existing_parent(path: Path) -> Path:
    """The folder itself, or the one that it would be made in."""
    path = path.absolute()
    while not path.exists():
        path = path.parent
    if not path.is_dir() or not os.access(path, os.W_OK):
        raise InputError(path, 'a place that cannot be written to',
                         'a work dir for logs and checkpoints',
                         'set another --work-dir')
    return path
