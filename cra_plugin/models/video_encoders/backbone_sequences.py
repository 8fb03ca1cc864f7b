"""Layout rules: what mmaction2's backbones return, as sequences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

# Those that take frames (N * T, C, H, W); the others take clips.
FRAME_BACKBONES = ('ResNet', 'MobileNetV2', 'MobileOneTSM')


def family(backbone: Any, *names: str) -> bool:
    """Whether a backbone is one of mmaction2's classes, or derives from it.

    Args:
        backbone (nn.Module): Any backbone; other packages have classes of
            the same names.
        *names (str): Class names.

    Returns:
        bool: True if it is.
    """
    return any(
        each.__name__ in names and each.__module__.startswith('mmaction.')
        for each in type(backbone).__mro__)


def takes_frames(backbone: Any) -> bool:
    """Whether a backbone takes frames, mmaction2's format ``'NCHW'``.

    Args:
        backbone (nn.Module): A backbone of mmaction2.

    Returns:
        bool: False where it takes clips (N, C, T, H, W), ``'NCTHW'``.
    """
    return (family(backbone, *FRAME_BACKBONES)
            and not family(backbone, 'C2D'))


def required_clip_length(backbone: Any) -> int | None:
    """How many frames a clip must have.

    With another number some fail in a matrix product, and others shift
    frames between the videos of a batch without a word.

    Args:
        backbone (nn.Module): A backbone.

    Returns:
        int | None: Frames; None where any number will do.
    """
    number: int | None = None
    if family(backbone, 'ResNetTSM', 'TANet', 'MobileNetV2TSM'):
        number = backbone.num_segments
    elif family(backbone, 'TimeSformer'):
        number = backbone.num_frames
    elif family(backbone, 'UniFormerV2'):
        number = backbone.transformer.T * backbone.conv1.stride[0]
    elif family(backbone, 'VisionTransformer'):
        steps = backbone.pos_embed.shape[1] // (
            backbone.grid_size[0] * backbone.grid_size[1])
        number = steps * backbone.patch_embed.projection.stride[0]
    return number


def keep_tokens(backbone: Any) -> None:
    """Make a transformer keep its tokens rather than one vector per clip.

    Args:
        backbone (nn.Module): A backbone, changed in place. Weights that
            serve that vector only are frozen: nothing would train them.
    """
    if family(backbone, 'VisionTransformer'):
        backbone.return_feat_map = True
    elif family(backbone, 'MViT'):
        backbone.output_cls_token = False
    elif family(backbone, 'UniFormerV2'):
        transformer = backbone.transformer
        # The global block gathers all frames in one token.
        transformer.return_list = []
        transformer.dpe.requires_grad_(False)
        transformer.dec.requires_grad_(False)
        transformer.temporal_cls_token.requires_grad_(False)
        transformer.balance.requires_grad_(False)


def encode_clips(backbone: Any, clips: Tensor,
                 as_frames: bool) -> Tensor:
    """Run a backbone and pool its features over space.

    Args:
        backbone (nn.Module): The backbone, after :func:`keep_tokens`.
        clips (Tensor): (N, C, T, H, W).
        as_frames (bool): Whether it takes frames (N * T, C, H, W).

    Returns:
        Tensor: (N, T', D). T' is 1 where the backbone returns one vector per
        clip.
    """
    inputs = clips.transpose(1, 2).flatten(0, 1) if as_frames else clips
    if family(backbone, 'TimeSformer'):
        return _timesformer_frames(backbone, inputs)
    if family(backbone, 'UniFormerV2'):
        return _uniformerv2_frames(backbone, inputs)
    features = backbone(inputs)
    if isinstance(features, Tensor):
        features = (features, )
    steps = _join([_pool(each, len(clips)) for each in features])
    if family(backbone, 'VisionTransformer') and backbone.fc_norm is not None:
        normed: Tensor = backbone.fc_norm(steps)
        return normed
    return steps


def _pool(features: Tensor, num_clips: int) -> Tensor:
    """Mean over space: (N, C, T', h, w), (N * T', C, h, w) or (N, D)."""
    if features.ndim == 5:
        return features.mean(dim=(3, 4)).transpose(1, 2)
    if features.ndim == 4:
        features = features.mean(dim=(2, 3))
    sequences: Tensor = features.unflatten(0, (num_clips, -1))
    return sequences


def _join(sequences: list[Tensor]) -> Tensor:
    """Concatenate paths, or stages, at the rate of the slowest."""
    slowest = min(each.shape[1] for each in sequences)
    return torch.cat([resample_steps(each, slowest) for each in sequences],
                     dim=-1)


def resample_steps(sequence: Tensor, num_steps: int) -> Tensor:
    """Bring a sequence to another number of equal parts of its video.

    Args:
        sequence (Tensor): (B, T', D), features at the centers of T' equal
            parts of a video.
        num_steps (int): Number T of parts wanted.

    Returns:
        Tensor: (B, T, D): interpolated linearly where T exceeds T', averaged
        where it is less, untouched where they are equal.
    """
    if sequence.shape[1] == num_steps:
        return sequence
    mode = 'linear' if num_steps > sequence.shape[1] else 'area'
    return functional.interpolate(
        sequence.transpose(1, 2), size=num_steps, mode=mode).transpose(1, 2)


@contextmanager
def _captured(module: nn.Module) -> Iterator[list[Tensor]]:
    """Collect what a module returns."""
    outputs: list[Tensor] = []
    handle = module.register_forward_hook(
        lambda _module, _inputs, output: outputs.append(output))
    try:
        yield outputs
    finally:
        handle.remove()


def _timesformer_frames(backbone: Any, clips: Tensor) -> Tensor:
    """Patch tokens of each frame, averaged; it returns the class token."""
    with _captured(backbone.transformer_layers) as outputs:
        backbone(clips)
    tokens = backbone.norm(outputs[0])[:, 1:]
    frames: Tensor
    if backbone.attention_type == 'space_only':
        frames = tokens.mean(dim=1).unflatten(0, (len(clips), -1))
    else:
        # Patches come first, frames second.
        frames = tokens.unflatten(1, (-1, backbone.num_frames)).mean(dim=1)
    return frames


def _uniformerv2_frames(backbone: Any, clips: Tensor) -> Tensor:
    """Patch tokens of each frame, averaged; it returns the class token."""
    transformer = backbone.transformer
    with _captured(transformer.resblocks[-1]) as outputs:
        backbone(clips)
    tokens = transformer.norm(outputs[0][1:])
    frames: Tensor = tokens.mean(dim=0).unflatten(0, (len(clips), -1))
    return frames
