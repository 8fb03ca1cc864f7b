"""Time the grounding part of models: all but their encoders."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from cra_plugin.apis.config import load_config
from cra_plugin.engine.config_check import check_config
from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion


def benchmark_grounding(configs: Sequence[str],
                        batch_size: int = 64,
                        num_frames: int = 32,
                        num_choices: int = 5,
                        rounds: int = 20,
                        options: dict[str, Any] | None = None
                        ) -> dict[str, float]:
    """Time both branches of a step from encoded frames and texts on.

    That is the weights of the frames, the logits and all losses, forward and
    backward, of random states on the CPU. The models take turns, so that
    other work on the machine slows all of them.

    Args:
        configs (Sequence[str]): Config files of the models.
        batch_size (int): B. Defaults to 64.
        num_frames (int): T. Defaults to 32.
        num_choices (int): M, of answers and of questions. Defaults to 5.
        rounds (int): How often each is timed, after one round that warms up.
            Defaults to 20.
        options (dict, optional): ``--cfg-options`` of all of them. Defaults
            to None.

    Returns:
        dict[str, float]: Config to milliseconds of CPU time, the median.

    Raises:
        InputError: If there is nothing to time, or a config is at fault.
    """
    for name, value in (('--batch-size', batch_size), ('--rounds', rounds),
                        ('--num-frames', num_frames),
                        ('--num-choices', num_choices)):
        if value < 1:
            raise InputError(name, str(value), 'a whole number of at least 1')
    models = {config: _build(config, options) for config in configs}
    samples = _samples(batch_size, num_choices)
    costs: dict[str, list[float]] = {config: [] for config in configs}
    for _ in range(rounds + 1):
        for config, model in models.items():
            inputs = _states(batch_size, num_frames, num_choices,
                             model.pooling[1].in_features)
            start = time.process_time()
            sum(value for name, value in model.loss(inputs, samples).items()
                if 'loss' in name).backward()
            costs[config].append(time.process_time() - start)
    return {config: 1000 * median(each[1:]) for config, each in costs.items()}


def _build(config: str, options: dict[str, Any] | None) -> Any:
    """A model whose texts are encoded already."""
    with TemporaryDirectory() as folder:
        loaded = load_config(config, options, folder)
        check_config(loaded)
        model = MODELS.build(loaded.model).train()
    if not hasattr(model, 'pooling'):
        raise InputError(
            f'{config}: model.type', f'{loaded.model.type!r}', 'a model whose '
            'grounding is apart from its encoders, such as '
            'cra_plugin.VideoQuestionGrounder', 'time it by benchmark.py '
            'train')
    model.encode_candidates = lambda inputs, *kinds: [
        inputs[kind] for kind in kinds]
    return model


def _states(batch_size: int, num_frames: int, num_choices: int,
            width: int) -> dict[str, torch.Tensor]:
    """Frames and texts of random states that want gradients."""
    frames = torch.randn(batch_size, num_frames, width, requires_grad=True)
    texts = {kind: torch.randn(batch_size, num_choices, width,
                               requires_grad=True)
             for kind in ('choice', 'question')}
    return {'frame_states': frames, **texts, 'frame_mask': torch.ones(
        batch_size, num_frames, dtype=torch.bool)}


def _samples(batch_size: int, num_choices: int) -> list[VideoQGDataSample]:
    """Questions of other videos, with any right answers."""
    times = np.arange(1.0)
    choices = tuple(map(str, range(num_choices)))
    return [VideoQGDataSample.from_question(VideoQuestion(
        str(index), '0', '', choices, index % num_choices), times,
        index % num_choices) for index in range(batch_size)]
