"""The interface of encoders of frames, and one by a torch module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from cra_plugin.errors import InputError, check_choice
from cra_plugin.models.fast_linear import multiply_by_onednn
from cra_plugin.pretrained.encoder_module import checked_device

PRECISIONS = {
    'fp32': torch.float32,
    'fp16': torch.float16,
    'bf16': torch.bfloat16,
}


class FrameEncoder(Protocol):
    """Encodes whole videos, so that it may look at frames alone or at clips.

    Attributes:
        name (str): Says what decides the features: library, model, weights,
            number format.
        width (int): Width D of the features.
        frame_by_frame (bool): A feature depends on its frame alone.
    """

    name: str
    width: int
    frame_by_frame: bool

    def prepare(self, frames: Sequence[np.ndarray]) -> np.ndarray:
        """Bring frames to the encoder's size; runs in several threads.

        Args:
            frames (Sequence[np.ndarray]): T frames of one video, (H, W, 3)
                uint8, RGB.

        Returns:
            np.ndarray: (T, h, w, 3) uint8, h and w alike for all videos.
        """

    def encode(self, videos: np.ndarray) -> np.ndarray:
        """Encode a batch of videos.

        Args:
            videos (np.ndarray): (V, T, h, w, 3) uint8.

        Returns:
            np.ndarray: (V, T, D) float32, one feature per frame.
        """


class ModuleFrameEncoder:
    """Runs a torch module on normalized frames.

    Args:
        module (nn.Module): (N, 3, h, w) float32 to (N, D). With
            ``takes_clips``, (V, T, 3, h, w) to (V, T, D).
        name (str): See :class:`FrameEncoder`.
        resize (Callable): A PIL image to one of the size (h, w).
        mean (Sequence[float]): Of the three colors, of 0 to 1.
        std (Sequence[float]): Of the three colors, of 0 to 1.
        device (str): Device of torch. Defaults to 'cpu'.
        precision (str, optional): ``'fp32'``, or ``'fp16'`` or ``'bf16'``
            by autocast. Defaults to None: fp16 on a GPU, fp32 elsewhere.
        takes_clips (bool): Hand on whole videos. Defaults to False.
        probe_frames (int): Frames T of the blank video that shows the width.
            Defaults to 1.

    Raises:
        InputError: If the device cannot be used.
    """

    def __init__(self,
                 module: nn.Module,
                 name: str,
                 resize: Callable[[Image.Image], Image.Image],
                 mean: Sequence[float],
                 std: Sequence[float],
                 device: str = 'cpu',
                 precision: str | None = None,
                 takes_clips: bool = False,
                 probe_frames: int = 1) -> None:
        self._device = checked_device(device)
        on_gpu = self._device.type == 'cuda'
        precision = precision or ('fp16' if on_gpu else 'fp32')
        check_choice('option --precision', precision, tuple(PRECISIONS))
        self._dtype = PRECISIONS[precision]
        self._module = module.to(self._device)
        # Some backbones' eval() returns None.
        self._module.eval()
        multiply_by_onednn(self._module)
        self._resize = resize
        self._mean = torch.tensor(mean, device=self._device).view(3, 1, 1)
        self._std = torch.tensor(std, device=self._device).view(3, 1, 1)
        self._takes_clips = takes_clips
        self.frame_by_frame = not takes_clips
        self.name = f'{name} {precision}'
        blank = self.prepare([np.zeros((64, 64, 3), np.uint8)] * probe_frames)
        self.width = self.encode(blank[None]).shape[2]

    def prepare(self, frames: Sequence[np.ndarray]) -> np.ndarray:
        """See :class:`FrameEncoder`; a frame that repeats is resized once."""
        images: list[np.ndarray] = []
        for index, frame in enumerate(frames):
            if index == 0 or frame is not frames[index - 1]:
                image = np.asarray(self._resize(Image.fromarray(frame)))
            images.append(image)
        return np.stack(images)

    @torch.inference_mode()
    def encode(self, videos: np.ndarray) -> np.ndarray:
        """See :class:`FrameEncoder`."""
        frames = torch.from_numpy(videos).to(self._device)
        frames = frames.permute(0, 1, 4, 2, 3).float().div(255)
        frames = frames.sub(self._mean).div(self._std)
        with torch.autocast(self._device.type, self._dtype,
                            enabled=self._dtype != torch.float32):
            features = self._run(frames)
        if features.ndim != 3 or features.shape[:2] != videos.shape[:2]:
            raise InputError(
                self.name, f'features of shape {tuple(features.shape)} of '
                f'{len(videos)} videos', 'a vector for each of '
                f'{videos.shape[1]} frames', 'correct the encoder')
        return features.float().cpu().numpy()

    def _run(self, frames: Tensor) -> Tensor:
        """Run the module on (V, T, 3, h, w)."""
        if self._takes_clips:
            features: Tensor = self._module(frames)
        else:
            features = self._module(frames.flatten(0, 1)).unflatten(
                0, frames.shape[:2])
        return features
