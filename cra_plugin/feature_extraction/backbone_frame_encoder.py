"""Any backbone of mmaction2 as an encoder of frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mmaction
from torchvision.transforms import CenterCrop, Compose, Resize
from torchvision.transforms.functional import InterpolationMode

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.encoder_config import read_encoder_config
from cra_plugin.feature_extraction.frame_encoder import ModuleFrameEncoder
from cra_plugin.models.video_encoders.mmaction_backbone import (
    MMActionBackbone,
)
from cra_plugin.pretrained.encoder_module import module_digest

# MMActionBackbone normalizes by itself what has 0 to 255.
_MEAN, _STD = (0.0, 0.0, 0.0), (1 / 255, 1 / 255, 1 / 255)


class BackboneFrameEncoder(ModuleFrameEncoder):
    """Encodes frames by :class:`MMActionBackbone`, one feature per frame.

    2D backbones see each frame alone, others the frames of a video as one
    clip, whose fewer steps are interpolated to the frames. A frame's short
    side is resized and its center cropped, as mmaction2's tests do.

    Args:
        config (str | Path): Config file with a ``model``: a recognizer of
            mmaction2, or a model of ours whose ``video_encoder`` is an
            ``MMActionBackbone``.
        checkpoint (str, optional): Path or URL of the weights. Defaults to
            None, those that the config names.
        image_size (int): Side of the crop in pixels; the short side is
            resized to it. Defaults to 224.
        clip_len (int, optional): See :class:`MMActionBackbone`. Defaults to
            None, what the config says.
        num_frames (int): Frames of each video. Defaults to 32.
        device (str): Device of torch. Defaults to 'cpu'.
        precision (str, optional): See :class:`ModuleFrameEncoder`. Defaults
            to None.

    Raises:
        InputError: If the config has no such model, or no weights are named.
    """

    def __init__(self,
                 config: str | Path,
                 checkpoint: str | None = None,
                 image_size: int = 224,
                 clip_len: int | None = None,
                 num_frames: int = 32,
                 device: str = 'cpu',
                 precision: str | None = None) -> None:
        settings = _encoder_settings(config)
        overrides = dict(checkpoint=checkpoint, clip_len=clip_len)
        settings.update((key, value) for key, value in overrides.items()
                        if value is not None)
        settings.update(num_frames=None, frozen=True, feature_norm=None)
        encoder = MMActionBackbone(**settings)
        _check_weights(config, encoder)
        encoder.init_weights()
        backbone = type(encoder.backbone).__name__
        digest = module_digest(encoder, [
            repr(encoder.normalizer), encoder.clip_len, image_size,
            repr(encoder.backbone)])
        super().__init__(
            encoder, f'mmaction2 {mmaction.__version__} {backbone} {digest}',
            _resizing(image_size), _MEAN, _STD, device, precision,
            takes_clips=True, probe_frames=num_frames)


def _encoder_settings(path: str | Path) -> dict[str, Any]:
    """Read the arguments of an MMActionBackbone from a config."""
    kind, settings = read_encoder_config(path)
    if kind != MMActionBackbone.__name__:
        raise InputError(
            path, 'a model without a backbone of mmaction2',
            'model.backbone, as recognizers have, or model.video_encoder of '
            f'the type {MMActionBackbone.__name__}', 'check --backbone')
    return settings


def _check_weights(path: str | Path, encoder: MMActionBackbone) -> None:
    """Refuse weights that would be random."""
    initial = getattr(encoder.backbone, 'init_cfg', None) or []
    if isinstance(initial, dict):
        initial = [initial]
    if (encoder.checkpoint is None
            and not getattr(encoder.backbone, 'pretrained', None)
            and not any(item['type'] == 'Pretrained' for item in initial)):
        raise InputError(
            path, 'a backbone without weights', 'weights: those of the '
            'config (pretrained), or a checkpoint', 'pass --checkpoint, a '
            'path or a URL')


def _resizing(image_size: int) -> Compose:
    """Bring an image to a square: its center, whole along the short side."""
    if image_size < 1:
        raise InputError('option --image-size', str(image_size),
                         'a positive number of pixels')
    steps = [Resize(image_size, InterpolationMode.BILINEAR),
             CenterCrop(image_size)]
    return Compose(steps)
