"""Encode frames by the image tower of CLIP, by open_clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import open_clip
from open_clip.transform import PreprocessCfg, image_transform_v2
from torchvision.transforms import Compose

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.frame_encoder import ModuleFrameEncoder
from cra_plugin.models.video_encoders.backbone_checkpoint import load_backbone
from cra_plugin.pretrained.encoder_module import module_digest
from cra_plugin.pretrained.open_clip_towers import build_tower
from cra_plugin.pretrained.open_clip_weights import (
    find_open_clip_weights,
    load_open_clip,
)


class OpenCLIPFrameEncoder(ModuleFrameEncoder):
    """Encodes frames as ``encode_image`` of open_clip does, not normalized.

    Images are prepared by open_clip's own transform. As for texts, OpenAI's
    weights in a file need ``ViT-L-14-quickgelu``; with the tag ``openai``
    QuickGELU is set by itself. A pickle that holds code is refused.

    Args:
        model (str): Architecture of ``open_clip.list_models()``, or
            ``local-dir:`` and a folder of ``open_clip_config.json`` and
            weights, or ``hf-hub:`` and a repository. Defaults to
            'ViT-L-14'.
        pretrained (str, optional): Tag of open_clip or a file of weights.
            Defaults to 'openai'.
        device (str): Device of torch. Defaults to 'cpu'.
        precision (str, optional): See :class:`ModuleFrameEncoder`. Defaults
            to None.
        checkpoint (str, optional): Checkpoint of a run of ours that trained
            the tower, by ``OpenCLIPFrames``; ``pretrained`` then says only
            how images are prepared, and which activation there is. Defaults
            to None.

    Raises:
        InputError: If the model, its weights or the device cannot be had.
    """

    def __init__(self,
                 model: str = 'ViT-L-14',
                 pretrained: str | None = 'openai',
                 device: str = 'cpu',
                 precision: str | None = None,
                 checkpoint: str | None = None) -> None:
        tower, origin, shape = _build_tower(model, pretrained, checkpoint)
        settings = tower.preprocess_cfg
        steps = image_transform_v2(
            PreprocessCfg(**settings), is_train=False).transforms
        # The last two make a tensor and normalize it: that is done for the
        # whole batch, on the device.
        resize = Compose(steps[:-2])
        digest = module_digest(tower, [settings, *shape])
        super().__init__(
            tower, f'open_clip {open_clip.__version__} {origin} {digest}',
            resize, settings['mean'], settings['std'], device, precision)


def _build_tower(model: str, pretrained: str | None,
                 checkpoint: str | None) -> tuple[Any, str, list[Any]]:
    """Give the tower, whose weights it has, and what else decides vectors."""
    if checkpoint is not None:
        tower = build_tower(model, pretrained, 'visual')
        load_backbone(tower, checkpoint)
        # Its activation is among its modules.
        return tower, f'{model} {Path(checkpoint).name}', [repr(tower)]
    if pretrained is None:
        raise InputError(f'open_clip {model}', 'no weights', 'a tag or a file '
                         'of weights, or a checkpoint', 'pass --checkpoint')
    weights = find_open_clip_weights(model, pretrained)
    clip: Any = load_open_clip(weights)
    config = open_clip.get_model_config(weights.model) or {}
    return clip.visual, weights.origin, [
        config.get('vision_cfg'),
        weights.quick_gelu or config.get('quick_gelu', False)]
