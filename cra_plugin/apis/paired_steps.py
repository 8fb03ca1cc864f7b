"""Take every training step and prediction in the plain way as well."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner

from cra_plugin.apis.matrix_rate import text_operations
from cra_plugin.engine.model_fit import unwrapped
from cra_plugin.models.fast_linear import FastLinear

# To what the released code fills up candidate questions.
QUESTION_TOKENS = 30
_FRAMES = 32


class PairedSteps(Hook):
    """Time two ways on the same batches, each the first in turns.

    Attributes:
        training (list[tuple[float, float]]): Seconds of each step, plain and
            as configured: CPU time of this process, on a GPU by the clock.
        inference (list[tuple[float, float]]): The same of predictions.
        memory (list[tuple[int, int]]): Peaks of the GPU's memory in
            training, bytes.
        operations (list[float]): What the text encoder multiplies and adds
            for the real tokens of each step.
    """

    def __init__(self) -> None:
        self.training: list[tuple[float, float]] = []
        self.inference: list[tuple[float, float]] = []
        self.memory: list[tuple[int, int]] = []
        self.operations: list[float] = []
        self.batches: list[Any] = []

    def before_train(self, runner: Runner) -> None:
        """Look where the model is."""
        self.on_gpu = next(unwrapped(runner.model).parameters()).is_cuda

    def before_train_iter(self, runner: Runner, batch_idx: int,
                          data_batch: Any = None) -> None:
        """Take the plain step, or leave it for later."""
        self.batches.append(data_batch)
        if batch_idx % 2 == 0:
            self.plain = self._plain_step(runner, data_batch)
        self.start = self._now()

    def after_train_iter(self, runner: Runner, batch_idx: int,
                         data_batch: Any = None,
                         outputs: dict[str, Any] | None = None) -> None:
        """Stop the clock of the configured step."""
        ours, memory = self._now() - self.start, self._peak()
        if batch_idx % 2:
            self.plain = self._plain_step(runner, data_batch)
        self.training.append((self.plain[0], ours))
        self.memory.append((self.plain[1], memory))
        self.operations.append(text_operations(
            unwrapped(runner.model).text_encoder, data_batch['inputs']))

    def after_train(self, runner: Runner) -> None:
        """Predict for the batches in both ways."""
        model: Any = runner.model
        model.eval()
        for index, batch in enumerate(self.batches):
            ways = {True: partial(_predict, runner, batch, True),
                    False: partial(_predict, runner, batch, False)}
            first = index % 2 == 0
            seconds = {plain: self._seconds(ways[plain])
                       for plain in (first, not first)}
            self.inference.append((seconds[True], seconds[False]))

    def _plain_step(self, runner: Runner,
                    batch: dict[str, Any]) -> tuple[float, int]:
        """Seconds, and bytes of memory, of a step taken plainly."""
        seconds = self._seconds(partial(_train, runner, batch))
        return seconds, self._peak()

    def _seconds(self, function: Callable[[], Any]) -> float:
        """Time a function."""
        start = self._now()
        function()
        return self._now() - start

    def _now(self) -> float:
        """Seconds, once the GPU has done what it was given."""
        if not self.on_gpu:
            return time.process_time()
        torch.cuda.synchronize()
        return time.perf_counter()

    def _peak(self) -> int:
        """The GPU's memory since the last call, at most."""
        if not self.on_gpu:
            return 0
        peak = torch.cuda.max_memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        return peak


def _train(runner: Runner, batch: dict[str, Any]) -> None:
    """Take a step in the plain way."""
    model: Any = runner.model
    wrapper: Any = runner.optim_wrapper
    in_float32 = OptimWrapper(
        wrapper.optimizer, clip_grad=wrapper.clip_grad_kwargs)
    _set_plain(runner, True)
    with torch.compiler.set_stance('force_eager'):
        model.train_step(plainly(batch), optim_wrapper=in_float32)
    decode(unwrapped(model).span_decoders, len(batch['data_samples']))
    _set_plain(runner, False)


def _predict(runner: Runner, batch: dict[str, Any], plain: bool) -> None:
    """Predict in either way; mixed precision is that of training alone."""
    model: Any = runner.model
    _set_plain(runner, plain)
    with torch.no_grad(), torch.compiler.set_stance('force_eager'):
        model.test_step(plainly(batch) if plain else batch)
    _set_plain(runner, False)


def _set_plain(runner: Any, plain: bool) -> None:
    """Turn what saves time off or on."""
    model, wrapper = unwrapped(runner.model), runner.optim_wrapper
    model.text_encoder.skip_padding = not plain
    model.data_preprocessor.trim_padding = not plain
    for layer in model.modules():
        if isinstance(layer, FastLinear):
            layer.by_onednn = not plain
    for group in wrapper.param_groups:
        # On a GPU its state cannot be shared with the other kind.
        if group['params'][0].device.type == 'cpu':
            group['fused'] = None if plain else True


def plainly(batch: dict[str, Any]) -> dict[str, Any]:
    """Fill candidate questions up as the released code does.

    Args:
        batch (dict): As it is collated.

    Returns:
        dict: The same with 30 tokens in candidate questions, where their
        real ones are no more.
    """
    inputs = dict(batch['inputs'])
    if 'question_mask' in inputs and not any(
            mask[..., QUESTION_TOKENS:].any()
            for mask in inputs['question_mask']):
        for name in ('question_tokens', 'question_mask'):
            inputs[name] = [each[..., :QUESTION_TOKENS]
                            for each in inputs[name]]
    return dict(batch, inputs=inputs)


def decode(decoders: dict[str, Any], number: int) -> None:
    """Decode spans of any weights.

    Args:
        decoders (dict): Span decoders by name.
        number (int): How many questions.
    """
    weights = np.random.default_rng(0).random((number, _FRAMES))
    weights /= weights.sum(axis=1, keepdims=True)
    times = np.tile(np.arange(0.5, _FRAMES), (number, 1))
    for decoder in decoders.values():
        decoder(weights, times, np.full(number, float(_FRAMES)),
                np.ones((number, _FRAMES), bool))
