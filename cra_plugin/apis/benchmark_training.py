"""Time the training steps of a config."""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import dataclass
from operator import truediv
from statistics import mean, median
from typing import Any

import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from cra_plugin.apis.config import load_config
from cra_plugin.apis.train import build_runner
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.missing_inputs import require_loop
from cra_plugin.engine.precision import mix_precision
from cra_plugin.errors import InputError


@dataclass(frozen=True)
class TrainingTiming:
    """What the timed iterations cost.

    Attributes:
        warm_up (float): Seconds of the iterations before them, in which
            ``compile`` compiles.
        seconds (float): Seconds of an iteration, the median.
        cpu_seconds (float): The same of CPU time of all threads, which
            other work on the machine does not lengthen.
        questions_per_second (float): Of this process.
        memory (float): Peak in GiB: allocated on the GPU, else resident.
        loss (float): Mean over the timed iterations.
    """

    warm_up: float
    seconds: float
    cpu_seconds: float
    questions_per_second: float
    memory: float
    loss: float

    def __str__(self) -> str:
        return (f'{self.seconds:.3f} s per iteration '
                f'({self.cpu_seconds:.3f} s of CPU time), '
                f'{self.questions_per_second:.2f} questions/s, peak memory '
                f'{self.memory:.2f} GiB, mean loss {self.loss:.4f}, warm-up '
                f'{self.warm_up:.1f} s')


def benchmark_training(config: str,
                       iterations: int = 10,
                       warm_up: int = 2,
                       amp: str | None = None,
                       options: dict[str, Any] | None = None
                       ) -> TrainingTiming:
    """Time iterations of a training, without schedule and validation.

    Args:
        config (str): The config file.
        iterations (int): How many are timed. Defaults to 10.
        warm_up (int): How many run before them. Defaults to 2.
        amp (str, optional): As for :func:`cra_plugin.apis.train.train`.
            Defaults to None.
        options (dict, optional): ``--cfg-options``. Defaults to None.

    Returns:
        TrainingTiming: What they cost.

    Raises:
        InputError: If there is nothing to time, or the config is at fault.
    """
    if iterations < 1 or warm_up < 1:
        raise InputError('--iterations, --warm-up',
                         f'{iterations} and {warm_up}', 'at least 1 each')
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_config(config, options, folder)
        require_loop(loaded, 'train')
        check_config(loaded)
        mix_precision(loaded, amp)
        shorten(loaded, warm_up + iterations)
        runner = build_runner(loaded)
        stopwatch = _Stopwatch()
        runner.register_hook(stopwatch, 'LOWEST')
        runner.train()
    seconds = median(stopwatch.seconds[warm_up:])
    return TrainingTiming(
        sum(stopwatch.seconds[:warm_up]), seconds,
        median(stopwatch.cpu_seconds[warm_up:]),
        1 / median(map(truediv, stopwatch.seconds[warm_up:],
                       stopwatch.sizes[warm_up:])), _peak_memory(),
        mean(stopwatch.losses[warm_up:]))


class _Stopwatch(Hook):
    """Keep seconds and loss of every iteration, data loading included."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.cpu_seconds: list[float] = []
        self.losses: list[float] = []
        # Of few questions, batches are smaller than was asked for.
        self.sizes: list[int] = []

    def before_train(self, runner: Runner) -> None:
        self.start = time.perf_counter(), time.process_time()

    def after_train_iter(self, runner: Runner, batch_idx: int,
                         data_batch: Any = None,
                         outputs: dict[str, Any] | None = None) -> None:
        # Reading the loss waits for the GPU.
        self.losses.append((outputs or {})['loss'].item())
        self.sizes.append(len((data_batch or {})['data_samples']))
        now = time.perf_counter(), time.process_time()
        self.seconds.append(now[0] - self.start[0])
        self.cpu_seconds.append(now[1] - self.start[1])
        self.start = now


def shorten(config: Config, iterations: int) -> None:
    """Leave of a training only so many iterations."""
    config.train_cfg = dict(
        type='IterBasedTrainLoop', max_iters=iterations,
        val_interval=iterations + 1)
    config.param_scheduler = []
    for split in ('val', 'test'):
        for part in ('dataloader', 'cfg', 'evaluator'):
            config[f'{split}_{part}'] = None
    config.default_hooks.checkpoint = None
    config.log_processor = dict(type='LogProcessor', by_epoch=False)


def _peak_memory() -> float:
    """The peak of this process, in GiB."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**30
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
