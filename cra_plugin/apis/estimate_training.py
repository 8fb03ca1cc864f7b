"""Estimate what a training step costs, without a machine that could run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from cra_plugin.apis.config import read_config
from cra_plugin.errors import InputError, check_choice
from cra_plugin.models.language_models.architecture import read_architecture
from cra_plugin.registry import MODELS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion

GIB = 2**30
# Adam keeps two numbers per trained parameter, beside its gradient.
KEPT_PER_PARAMETER = 3


@dataclass(frozen=True)
class StepEstimate:
    """What a training step is estimated to cost.

    Attributes:
        parameters (int): All of the model.
        trained (int): Those that get a gradient.
        weights (float): GiB of the parameters, in 32 bits.
        training (float): GiB of gradients and of Adam's two states.
        activations (float): GiB kept for the backward pass.
        tflop (float): 10^12 operations forwards and backwards.
        seconds (float): At the speed that was given.
    """

    parameters: int
    trained: int
    weights: float
    training: float
    activations: float
    tflop: float
    seconds: float

    def __str__(self) -> str:
        total = self.weights + self.training + self.activations
        return (f'estimated, not measured: {total:.1f} GiB ('
                f'{self.weights:.1f} weights, {self.training:.1f} gradients '
                f'and Adam, {self.activations:.1f} activations), '
                f'{self.tflop:.1f} TFLOP, {self.seconds:.2f} s per step; '
                f'{self.trained:,} of {self.parameters:,} parameters trained')


def estimate_training(config: str,
                      amp: str | None = None,
                      text_length: int = 40,
                      num_choices: int = 5,
                      tflops: float = 312.0,
                      utilization: float = 0.4,
                      options: dict[str, Any] | None = None) -> StepEstimate:
    """Run a step of a FrozenBiLM on tensors that have shapes and no values.

    Without gradient checkpointing, of which nothing is known so. Left out are
    the workspace of kernels, fragments, and the time of what is no matrix
    product.

    Args:
        config (str): The config file.
        amp (str, optional): ``'bf16'`` or ``'fp16'``. Defaults to None.
        text_length (int): Tokens L of a candidate. Defaults to 40.
        num_choices (int): Candidates M of each branch. Defaults to 5.
        tflops (float): 10^12 operations a second of the accelerator at most.
            Defaults to 312, an A100 in 16 bits.
        utilization (float): Which part of them is reached. Defaults to 0.4.
        options (dict, optional): ``--cfg-options``. Defaults to None.

    Returns:
        StepEstimate: What it costs on one GPU.

    Raises:
        InputError: If the model is none on a language model, or a number is
            not positive.
    """
    for name, number in (('--text-length', text_length), ('--tflops', tflops),
                         ('--utilization', utilization)):
        if not 0 < number < np.inf:
            raise InputError(name, f'{number}', 'a positive number')
    if num_choices < 2:
        raise InputError('--choices', f'{num_choices}', 'at least 2')
    if utilization > 1:
        raise InputError('--utilization', f'{utilization}', 'at most 1')
    loaded = read_config(config, options)
    init_default_scope('mmaction')
    model_config = _without_values(loaded)
    with FakeTensorMode():
        model = MODELS.build(model_config).train()
        inputs = _inputs(loaded, text_length, num_choices)
        activations, flop = _run(model, inputs, _samples(inputs), amp)
    parameters = list(model.parameters())
    total = sum(each.numel() for each in parameters)
    trained = sum(each.numel() for each in parameters if each.requires_grad)
    return StepEstimate(
        total, trained, 4 * total / GIB,
        4 * KEPT_PER_PARAMETER * trained / GIB, activations / GIB,
        flop / 1e12, flop / (tflops * 1e12 * utilization))


def _without_values(config: Config) -> Any:
    """The model's config, so that it reads no weights."""
    model = config.get('model') or Config()
    check_choice('model.type', model.get('type'),
                 ('cra_plugin.FrozenBiLMGrounder', ))
    part = model.language_model
    if part.get('name') is not None:
        part.config = read_architecture(part.name, None, 0.0).to_dict()
    part.update(name=None, pretrained=None, tokenizer=None,
                gradient_checkpointing=False)
    part.mask_token_id = 0
    if model.get('cma_loss'):
        # What is drawn has no shape, and costs as much.
        model.cma_loss.negatives = 'batch'
    return model


def _inputs(config: Config, length: int,
            candidates: int) -> dict[str, Tensor]:
    """A batch of the config's size."""
    loader = config.train_dataloader
    size = loader.batch_size
    frames = next((step.num_frames for step in loader.dataset.pipeline
                   if 'num_frames' in step), 32)
    inputs = {
        'frames': torch.zeros(size, frames,
                              config.model.video_encoder.out_dim),
        'frame_mask': torch.ones(size, frames, dtype=torch.bool)}
    for kind in ('choice', 'question'):
        shape = (size, candidates, length)
        inputs[f'{kind}_tokens'] = torch.zeros(shape, dtype=torch.long)
        inputs[f'{kind}_mask'] = torch.ones(shape, dtype=torch.bool)
    return inputs


def _samples(inputs: dict[str, Tensor]) -> list[VideoQGDataSample]:
    """What belongs to it."""
    size, candidates, _ = inputs['choice_tokens'].shape
    times = np.arange(inputs['frames'].shape[1])
    return [VideoQGDataSample.from_question(
        VideoQuestion(f'{row}', '0', 'what', ('a', ) * candidates, 0, 'CW'),
        times, 0) for row in range(size)]


def _run(model: nn.Module, inputs: dict[str, Tensor],
         samples: list[VideoQGDataSample],
         amp: str | None) -> tuple[int, int]:
    """Bytes kept for the backward pass, and operations of the step."""
    own = {each.untyped_storage()._cdata for each in model.parameters()}
    kept: dict[int, Any] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            kept[storage._cdata] = storage
        return tensor

    precision = torch.float16 if amp == 'fp16' else torch.bfloat16
    with FlopCounterMode(display=False) as counter:
        with torch.autograd.graph.saved_tensors_hooks(
                keep, lambda tensor: tensor), torch.autocast(
                    'cpu', precision, enabled=amp is not None):
            losses = model(inputs, samples, mode='loss')
            loss = sum(value for name, value in losses.items()
                       if 'loss' in name)
        loss.backward()
    return (sum(each.nbytes() for each in kept.values()),
            counter.get_total_flops())
