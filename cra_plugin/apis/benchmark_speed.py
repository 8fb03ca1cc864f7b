"""Time what training and inference do against a plain way to do the same."""

from __future__ import annotations

import copy
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import Any

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from cra_plugin.apis.benchmark_training import shorten
from cra_plugin.apis.config import load_config
from cra_plugin.apis.train import build_runner
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.model_fit import unwrapped
from cra_plugin.errors import InputError

# To what the released code fills up candidate questions.
QUESTION_TOKENS = 30
_FRAMES = 32


@dataclass(frozen=True)
class SpeedFigure:
    """How often a second of CPU time something is done.

    Attributes:
        name (str): What is done.
        plain (float): The plain way.
        ours (float): As configured.
        unit (str): Such as ``'questions/s'``.
    """

    name: str
    plain: float
    ours: float
    unit: str

    def __str__(self) -> str:
        return (f'{self.name} {self.ours / self.plain:.2f} {self.plain:.4g} '
                f'{self.ours:.4g} {self.unit}')


def benchmark_speed(config: str,
                    steps: int = 3,
                    workers: int = 2,
                    options: dict[str, Any] | None = None
                    ) -> list[SpeedFigure]:
    """Time a config against the plain way, in turns, on the same batches.

    Plain are texts filled up to their full length, 30 tokens of candidate
    questions, a call of the encoder per branch, Adam that is not fused, spans
    decoded in training as well, samples collated one by one, and decoders
    run on one question after the other. Figures are of CPU time of all
    threads and processes, which other work on the machine lengthens least.

    Args:
        config (str): The config file.
        steps (int): How many batches are timed. Defaults to 3.
        workers (int): Of the data loader when that is timed alone. Defaults
            to 2.
        options (dict, optional): ``--cfg-options``. Defaults to None.

    Returns:
        list[SpeedFigure]: Training, inference, data and span decoders.

    Raises:
        InputError: If there is nothing to time, or the config is at fault.
    """
    if steps < 1 or workers < 1:
        raise InputError('--steps, --workers', f'{steps} and {workers}',
                         'at least 1 each')
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_config(config, options, folder)
        check_config(loaded)
        loader = copy.deepcopy(loaded.train_dataloader)
        shorten(loaded, steps + 1)
        runner = build_runner(loaded)
        pairs = _Pairs()
        runner.register_hook(pairs, 'LOWEST')
        runner.train()
    size = loader.batch_size
    decoders = unwrapped(runner.model).span_decoders
    return [
        SpeedFigure('training', *_rates(pairs.training[1:], size),
                    'questions/s'),
        SpeedFigure('inference', *_rates(pairs.inference[1:], size),
                    'questions/s'),
        SpeedFigure('data', *_rates([_load_both(loader, workers)], 1),
                    'samples/s'),
        SpeedFigure('decoders', *_rates([_decode_both(decoders)], 1),
                    'questions/s')]


class _Pairs(Hook):
    """Take every step and every prediction in the plain way as well."""

    def __init__(self) -> None:
        self.training: list[tuple[float, float]] = []
        self.inference: list[tuple[float, float]] = []
        self.batches: list[Any] = []

    def before_train_iter(self, runner: Runner, batch_idx: int,
                          data_batch: Any = None) -> None:
        self.batches.append(data_batch)
        plain = plainly(data_batch)
        _set_plain(runner, True)
        start = time.process_time()
        model: Any = runner.model
        model.train_step(plain, optim_wrapper=runner.optim_wrapper)
        _decode(unwrapped(model).span_decoders,
                len(data_batch['data_samples']))
        self.plain = time.process_time() - start
        _set_plain(runner, False)
        self.start = time.process_time()

    def after_train_iter(self, runner: Runner, batch_idx: int,
                         data_batch: Any = None,
                         outputs: dict[str, Any] | None = None) -> None:
        self.training.append((self.plain, time.process_time() - self.start))

    def after_train(self, runner: Runner) -> None:
        model: Any = runner.model
        model.eval()
        for batch in self.batches:
            seconds = []
            for plain in (True, False):
                _set_plain(runner, plain)
                given = plainly(batch) if plain else batch
                with torch.no_grad():
                    seconds.append(_seconds(partial(model.test_step, given)))
            self.inference.append((seconds[0], seconds[1]))


def _set_plain(runner: Any, plain: bool) -> None:
    """Turn what saves time off or on."""
    model, wrapper = unwrapped(runner.model), runner.optim_wrapper
    model.text_encoder.skip_padding = not plain
    model.data_preprocessor.trim_padding = not plain
    for group in wrapper.param_groups:
        group['fused'] = None if plain else True


def plainly(batch: dict[str, Any]) -> dict[str, Any]:
    """Fill candidate questions up as the released code does."""
    inputs = dict(batch['inputs'])
    if 'question_mask' in inputs and not any(
            mask[..., QUESTION_TOKENS:].any()
            for mask in inputs['question_mask']):
        for name in ('question_tokens', 'question_mask'):
            inputs[name] = [each[..., :QUESTION_TOKENS]
                            for each in inputs[name]]
    return dict(batch, inputs=inputs)


def _load_both(loader: Any, workers: int) -> tuple[float, float]:
    """CPU seconds for a sample, collated one by one and stacked."""
    seconds = []
    for collate in ('pseudo_collate', 'cra_plugin.stack_samples'):
        given = copy.deepcopy(loader)
        given.update(num_workers=workers, persistent_workers=False,
                     collate_fn=dict(type=collate))
        built: Any = Runner.build_dataloader(given, seed=0)
        number = len(built.dataset)

        def run(built: Any = built) -> None:
            for _ in built:
                pass

        seconds.append(_seconds(run) / number)
    return seconds[0], seconds[1]


def _decode_both(decoders: dict[str, Any], number: int = 2000
                 ) -> tuple[float, float]:
    """CPU seconds for a question, one after the other and all at once."""
    def one_by_one() -> None:
        for _ in range(number // 10):
            _decode(decoders, 1)

    return (_seconds(one_by_one) / (number // 10),
            _seconds(lambda: _decode(decoders, number)) / number)


def _decode(decoders: dict[str, Any], number: int) -> None:
    """Decode spans of any weights."""
    weights = np.random.default_rng(0).random((number, _FRAMES))
    weights /= weights.sum(axis=1, keepdims=True)
    times = np.tile(np.arange(0.5, _FRAMES), (number, 1))
    for decoder in decoders.values():
        decoder(weights, times, np.full(number, float(_FRAMES)),
                np.ones((number, _FRAMES), bool))


def _seconds(function: Callable[[], Any]) -> float:
    """CPU time of a function, of processes that it starts and ends too."""
    def spent() -> float:
        return sum(used.ru_utime + used.ru_stime for used in (
            getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)))

    start = spent()
    function()
    return spent() - start


def _rates(pairs: list[tuple[float, float]], size: int
           ) -> tuple[float, float]:
    """How many a second, by median seconds of each."""
    plain, ours = (median(each) for each in zip(*pairs))
    return size / plain, size / ours
