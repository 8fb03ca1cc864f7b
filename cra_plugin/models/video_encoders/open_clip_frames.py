"""CLIP's image tower, trained or frozen, in place of extracted features."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor

from cra_plugin.errors import InputError
from cra_plugin.models.fast_linear import multiply_by_onednn
from cra_plugin.models.video_encoders.backbone_sequences import (
    resample_steps,
)
from cra_plugin.models.video_encoders.trained_backbone import (
    TrainedBackbone,
)
from cra_plugin.registry import MODELS

_FIELD = 'OpenCLIPFrames'


@MODELS.register_module()
class OpenCLIPFrames(TrainedBackbone):
    """Encode each frame of raw video as ``encode_image`` of open_clip does.

    As in mmengine, pretrained weights are loaded by ``init_weights()``: a
    checkpoint of the whole model is evaluated without CLIP's own weights.

    Args:
        model (str): Architecture of ``open_clip.list_models()``, or
            ``local-dir:`` and a folder, or ``hf-hub:`` and a repository.
            Defaults to 'ViT-L-14'.
        pretrained (str, optional): Tag of open_clip or a file of weights;
            None leaves them random. OpenAI's weights in a file need
            ``ViT-L-14-quickgelu``. Defaults to 'openai'.
        num_frames (int, optional): Number T of steps that are returned.
            Defaults to None, as many as the video has frames.
        frozen (bool): Keep all weights as they are, and compute no
            gradients. Defaults to False.
        unlocked_groups (int, optional): Train only so many of the last
            groups of weights: 1 is the projection, 2 the last block as well,
            and so on. Defaults to None, all.
        norm_eval (bool): Keep the statistics of batch normalization, which
            CLIP's ResNets have, as they are. Defaults to False.
        gradient_checkpointing (bool): Compute activations again backwards
            instead of keeping them; for transformers. Defaults to False.

    Attributes:
        out_dim (int): Width D of the features.

    Raises:
        InputError: If there is no such model, or it has no groups.
    """

    mean: Tensor
    std: Tensor

    def __init__(self,
                 model: str = 'ViT-L-14',
                 pretrained: str | None = 'openai',
                 num_frames: int | None = None,
                 frozen: bool = False,
                 unlocked_groups: int | None = None,
                 norm_eval: bool = False,
                 gradient_checkpointing: bool = False) -> None:
        super().__init__()
        self.model = model
        self.pretrained = pretrained
        self.num_frames = num_frames
        self.frozen = frozen
        self.norm_eval = norm_eval
        # open_clip is imported where a config needs it.
        from cra_plugin.pretrained.open_clip_towers import build_tower
        self.backbone: Any = build_tower(model, pretrained, 'visual')
        multiply_by_onednn(self.backbone)
        self.image_size = _pair(self.backbone.image_size)
        settings = self.backbone.preprocess_cfg
        for name in ('mean', 'std'):
            self.register_buffer(
                name, 255 * torch.tensor(settings[name]).view(3, 1, 1),
                persistent=False)
        blank = torch.zeros(1, 3, *self.image_size)
        with torch.no_grad():
            self.backbone.eval()
            self.out_dim: int = self.backbone(blank).shape[-1]
        if frozen or unlocked_groups is not None:
            self._lock(0 if frozen else unlocked_groups or 0)
        if gradient_checkpointing and not frozen:
            self.backbone.set_grad_checkpointing(True)
        self.train()

    def _lock(self, unlocked_groups: int) -> None:
        """Freeze all but the last groups of weights."""
        try:
            self.backbone.lock(unlocked_groups=unlocked_groups)
        except AssertionError:
            raise InputError(
                f'{_FIELD}.unlocked_groups', f'{unlocked_groups} for '
                f'{self.model}, which open_clip cannot train in part',
                'None or 0', f'set {_FIELD}.frozen, or train all of it'
            ) from None

    def init_weights(self) -> None:
        """Load the pretrained weights, if any."""
        if self.pretrained is not None:
            from cra_plugin.pretrained.open_clip_towers import load_tower
            load_tower(self.backbone, self.model, self.pretrained,
                       'visual')
        self._is_init = True

    def forward(self, video: Tensor) -> Tensor:
        """Encode videos.

        Args:
            video (Tensor): Pixels of 0 to 255: frames (B, N, C, H, W), or
                clips as mmaction2 formats them, (B, M, C, T, H, W).

        Returns:
            Tensor: (B, T, D).

        Raises:
            InputError: If the frames have another size than the model's.
        """
        frames = video
        if video.ndim == 6:
            frames = video.transpose(2, 3).flatten(1, 2)
        if frames.ndim != 5 or tuple(frames.shape[-2:]) != self.image_size:
            height, width = self.image_size
            raise InputError(
                'the video', f'a tensor of shape {tuple(video.shape)}',
                f'frames (B, N, C, {height}, {width}) or clips (B, M, C, T, '
                f'{height}, {width}), as {self.model} takes them',
                'change Resize, the crop and FormatShape in the pipeline')
        pixels = (frames.flatten(0, 1).float() - self.mean) / self.std
        with torch.no_grad() if self.frozen else nullcontext():
            features = self.backbone(pixels)
        sequence = features.unflatten(0, frames.shape[:2])
        return resample_steps(sequence, self.num_frames or frames.shape[1])


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    """Height and width of the images."""
    height, width = (size, size) if isinstance(size, int) else size
    return height, width
