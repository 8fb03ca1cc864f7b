"""The frame encoder that settings describe."""

from __future__ import annotations

from typing import Any

from cra_plugin.feature_extraction.encoder_config import read_encoder_config
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder


def find_frame_encoder(model: str = 'ViT-L-14',
                       pretrained: str | None = 'openai',
                       backbone: str | None = None,
                       checkpoint: str | None = None,
                       image_size: int = 224,
                       clip_len: int | None = None,
                       num_frames: int = 32,
                       device: str = 'cpu',
                       precision: str | None = None) -> FrameEncoder:
    """Build the encoder that made features, or is to make them.

    Args:
        model (str): Of open_clip: see :class:`OpenCLIPFrameEncoder`.
            Defaults to 'ViT-L-14'.
        pretrained (str, optional): Its weights. Defaults to 'openai'.
        backbone (str, optional): In place of ``model``, the config of a
            recognizer of mmaction2, or one of ours. Defaults to None.
        checkpoint (str, optional): Weights of ``backbone``. Defaults to
            None, the config's.
        image_size (int): Pixels, of ``backbone``. Defaults to 224.
        clip_len (int, optional): Frames that ``backbone`` sees at a time.
            Defaults to None: the config's, else all.
        num_frames (int): Frames of a video. Defaults to 32.
        device (str): Device of torch. Defaults to 'cpu'.
        precision (str, optional): See :class:`ModuleFrameEncoder`. Defaults
            to None.

    Returns:
        FrameEncoder: The encoder.

    Raises:
        InputError: If it, its weights or the device cannot be had.
    """
    settings: dict[str, Any] = dict(model=model, pretrained=pretrained)
    if backbone is not None:
        kind, found = read_encoder_config(backbone)
        if kind != 'OpenCLIPFrames':
            from cra_plugin.feature_extraction.backbone_frame_encoder import (
                BackboneFrameEncoder,
            )
            return BackboneFrameEncoder(
                backbone, checkpoint, image_size, clip_len, num_frames,
                device, precision)
        settings |= {name: found[name] for name in settings if name in found}
        settings['checkpoint'] = checkpoint
    from cra_plugin.feature_extraction.open_clip_frame_encoder import (
        OpenCLIPFrameEncoder,
    )
    return OpenCLIPFrameEncoder(
        **settings, device=device, precision=precision)
