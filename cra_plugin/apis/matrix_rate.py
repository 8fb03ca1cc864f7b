"""How much of a GPU's matrix rate training takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

SIZE = 8192


def matrix_rate(amp: str | None = None, size: int = SIZE) -> float:
    """Measure how fast this GPU multiplies large matrices.

    Args:
        amp (str, optional): ``'bf16'`` or ``'fp16'``. Defaults to None,
            float32.
        size (int): Rows and columns of the matrices. Defaults to 8192.

    Returns:
        float: TFLOP/s of random matrices, mean of ten products.
    """
    kind = {'bf16': torch.bfloat16, 'fp16': torch.float16}.get(
        amp or '', torch.float32)
    one, other = (torch.randn(size, size, device='cuda', dtype=kind)
                  for _ in range(2))
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    for _ in range(3):
        one @ other
    start.record()
    for _ in range(10):
        one @ other
    end.record()
    torch.cuda.synchronize()
    seconds = float(start.elapsed_time(end)) / 1e3
    return 10 * 2 * size**3 / seconds / 1e12


def text_operations(encoder: Any, inputs: Mapping[str, Any]) -> float:
    """Count what a step of a text encoder of transformers must compute.

    A matrix of n numbers takes 2 n operations for a token forward and 4 n
    backward, attention 4 L H for each token of a text of L; all else is left
    out. Source: arXiv 2001.08361, section 2.1.

    Args:
        encoder (nn.Module): A :class:`HFTextEncoder`, trained.
        inputs (dict): ``choice_mask`` and, where it is encoded too,
            ``question_mask``: (M, L) for each sample, True where real.

    Returns:
        float: Operations, those on padding left out.
    """
    layers = getattr(getattr(encoder.encoder, 'encoder', None), 'layer', ())
    numbers = sum(each.numel() for layer in layers
                  for each in layer.parameters() if each.ndim == 2)
    lengths = _lengths([inputs[name] for name in (
        'choice_mask', 'question_mask') if name in inputs])
    width = encoder.encoder.config.hidden_size
    attention = 4 * len(layers) * width * lengths.square().sum()
    return 3 * float(2 * numbers * lengths.sum() + attention)


def _lengths(kinds: Sequence[Sequence[Tensor]]) -> Tensor:
    """Real tokens of each text, float64."""
    return torch.cat([
        mask.sum(dim=-1).flatten() for masks in kinds for mask in masks
    ]).double()
