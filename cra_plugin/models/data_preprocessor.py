"""Pad lists of samples to tensors on the model's device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
from mmengine.model import BaseDataPreprocessor
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS

# Frames, before and after the video encoder, and after the temporal one.
SEQUENCES = ('frames', 'video_features', 'frame_states')


@MODELS.register_module()
class VideoQGDataPreprocessor(BaseDataPreprocessor):
    """Pad frames and tokens, and say what is real.

    ``inputs`` arrives as lists, one entry per sample, or stacked by
    ``stack_samples``: ``frames`` (T, D),
    ``video_features`` or ``frame_states`` of an encoded video, or ``video``;
    ``choice_tokens`` and ``choice_mask`` (M, L), and in training with the VQ
    branch ``question_tokens`` and ``question_mask``. It leaves as tensors
    with a batch axis plus, but for ``video``, ``frame_mask`` (B, T), True
    where real. Videos are stacked, not padded.

    Args:
        trim_padding (bool): Cut off the token columns that are padding in
            every text of the batch, which only cost time. The released
            text encoder pools over padding, so its numbers need all of
            them. Defaults to True.
        **kwargs: Of :class:`mmengine.model.BaseDataPreprocessor`.
    """

    def __init__(self, trim_padding: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.trim_padding = trim_padding

    # torch.compile fails on copies of data samples, and gains nothing here.
    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def forward(self,
                data: dict[str, Any],
                training: bool = False) -> dict[str, Any]:
        """Collate, pad and move a batch.

        Args:
            data (dict): ``inputs`` and ``data_samples``.
            training (bool): Not used; mmengine passes it.

        Returns:
            dict: The same keys, padded, on the device.

        Raises:
            InputError: If there are no inputs, or videos differ in their
                number of frames or size.
        """
        if 'inputs' not in data:
            raise InputError(
                'the pipeline of the data set', 'samples without inputs',
                'inputs and data_samples',
                'let it end with cra_plugin.PackVideoQGInputs')
        inputs = dict(data['inputs'])
        if 'video' in inputs:
            inputs['video'] = _stack_videos(inputs['video'])
        else:
            name = next(each for each in SEQUENCES if each in inputs)
            inputs[name], inputs['frame_mask'] = _pad_frames(inputs[name])
        for name in ('choice', 'question'):
            if f'{name}_tokens' in inputs:
                tokens = _pad_last(inputs[f'{name}_tokens'])
                real = _pad_last(inputs[f'{name}_mask'])
                length = tokens.shape[-1]
                if self.trim_padding:
                    length = int(real.flatten(0, 1).any(dim=0).sum())
                inputs[f'{name}_tokens'] = tokens[..., :length]
                inputs[f'{name}_mask'] = real[..., :length]
        # Moved last: one copy per tensor, not one per sample.
        batch = dict(inputs=inputs, data_samples=data.get('data_samples'))
        # Of the kind it is given.
        return cast(dict[str, Any], self.cast_data(batch))


def _pad_frames(frames: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Pad (T, D) tensors to (B, T, D), with the mask of what is real."""
    if isinstance(frames, Tensor):
        return frames, torch.ones(frames.shape[:2], dtype=torch.bool)
    lengths = torch.tensor([len(each) for each in frames])
    padded = pad_sequence(list(frames), batch_first=True)
    return padded, torch.arange(padded.shape[1]) < lengths[:, None]


def _stack_videos(videos: Sequence[Tensor]) -> Tensor:
    """Stack videos, which must not be padded.

    Convolutions and attention over time would mix padding into real frames,
    and a prediction would depend on its batch mates.
    """
    if isinstance(videos, Tensor):
        return videos
    shapes = {tuple(video.shape) for video in videos}
    if len(shapes) > 1:
        raise InputError(
            'the videos of a batch', f'shapes {sorted(shapes)}',
            'the same number of frames, height and width in all',
            'sample a fixed number of frames and crop or resize them to one '
            'size in the pipeline')
    return torch.stack(list(videos))


def _pad_last(rows: Sequence[Tensor]) -> Tensor:
    """Stack (M, L) tensors of different L; the mask says what is padding."""
    if isinstance(rows, Tensor):
        return rows
    length = max(row.shape[-1] for row in rows)
    return torch.stack([
        torch.nn.functional.pad(row, (0, length - row.shape[-1]))
        for row in rows
    ])
