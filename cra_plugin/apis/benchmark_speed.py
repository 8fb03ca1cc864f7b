"""Time what training and inference do against a plain way to do the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from operator import truediv
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import Any

from cra_plugin.apis.benchmark_training import shorten
from cra_plugin.apis.config import load_config
from cra_plugin.apis.matrix_rate import matrix_rate
from cra_plugin.apis.paired_steps import PairedSteps, decode
from cra_plugin.apis.speed_figure import SpeedFigure
from cra_plugin.apis.train import build_runner
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.missing_inputs import require_loop
from cra_plugin.engine.model_fit import unwrapped
from cra_plugin.engine.precision import mix_precision
from cra_plugin.errors import InputError


def benchmark_speed(config: str,
                    steps: int = 3,
                    amp: str | None = None,
                    options: dict[str, Any] | None = None
                    ) -> list[SpeedFigure]:
    """Time a config against the plain way, in turns, on the same batches.

    Plain are texts filled up to their full length, 30 tokens of candidate
    questions, a call of the encoder per branch, float32, on a CPU products
    by torch's own choice of library and Adam that is not fused, spans
    decoded in training as well, and decoders run on one question after the
    other. Figures are of CPU time of all threads and processes, which other
    work on the machine lengthens least; steps on a GPU are timed by the
    clock.

    Args:
        config (str): The config file.
        steps (int): How many batches are timed. Defaults to 3.
        amp (str, optional): As for :func:`cra_plugin.apis.train.train`.
            Defaults to None.
        options (dict, optional): ``--cfg-options``. Defaults to None.

    Returns:
        list[SpeedFigure]: Training, inference and span decoders; on a
        GPU also how much of its memory and of its matrix rate training
        takes.

    Raises:
        InputError: If there is nothing to time, or the config is at fault.
    """
    if steps < 1:
        raise InputError('--steps', str(steps), 'at least 1')
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_config(config, options, folder)
        require_loop(loaded, 'train')
        check_config(loaded)
        mix_precision(loaded, amp)
        # Two that warm up: one that begins with each way.
        shorten(loaded, steps + 2)
        runner = build_runner(loaded)
        if not hasattr(unwrapped(runner.model), 'text_encoder'):
            raise InputError(
                f'{config}: model.type', f'{loaded.model.type!r}',
                'a model with a text encoder, such as '
                'cra_plugin.VideoQuestionGrounder', 'time it by benchmark.py '
                'train')
        pairs = PairedSteps()
        runner.register_hook(pairs, 'LOWEST')
        runner.train()
    decoders = unwrapped(runner.model).span_decoders
    # Of few questions, or at the end of an epoch, batches are smaller.
    sizes = [len(each['data_samples']) for each in pairs.batches[2:]]
    return [
        SpeedFigure('training', *_rates(pairs.training[2:], sizes),
                    'questions/s'),
        SpeedFigure('inference', *_rates(pairs.inference[2:], sizes),
                    'questions/s'),
        *_on_gpu(pairs, amp),
        SpeedFigure('decoders', *_rates([_decode_both(decoders)], [1]),
                    'questions/s')]


def _on_gpu(pairs: PairedSteps, amp: str | None) -> list[SpeedFigure]:
    """What training takes of a GPU, where it runs on one."""
    if not pairs.on_gpu:
        return []
    plain, ours = (max(each) / 2**30 for each in zip(*pairs.memory[2:]))
    rates = [work / step[1] / 1e12 for work, step in zip(
        pairs.operations[2:], pairs.training[2:])]
    return [SpeedFigure('memory', plain, ours, 'GiB'),
            SpeedFigure('matrix_rate', matrix_rate(amp), median(rates),
                        'TFLOP/s')]


def _decode_both(decoders: dict[str, Any], number: int = 2000
                 ) -> tuple[float, float]:
    """CPU seconds for a question, one after the other and all at once."""
    def one_by_one() -> None:
        for _ in range(number // 10):
            decode(decoders, 1)

    return (_seconds(one_by_one) / (number // 10),
            _seconds(lambda: decode(decoders, number)) / number)


def _seconds(function: Callable[[], Any]) -> float:
    """CPU time of a function, of processes that it starts and ends too."""
    def spent() -> float:
        return sum(used.ru_utime + used.ru_stime for used in (
            getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)))

    start = spent()
    function()
    return spent() - start


def _rates(pairs: list[tuple[float, float]], sizes: list[int]
           ) -> tuple[float, float]:
    """How many a second, by median seconds of one."""
    plain, ours = (median(map(truediv, each, sizes)) for each in zip(*pairs))
    return 1 / plain, 1 / ours
