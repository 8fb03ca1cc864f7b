"""When the frames that mmaction2 samples are shown."""

from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.errors import InputError
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class AddFrameTimes(BaseTransform):
    """Say when the sampled frames are shown; goes before the decoding.

    With decord the times are those in the file, in seconds since the first
    frame, so that a variable frame rate is no matter; with other readers
    ``frame_inds`` over the frame rate.

    Required keys: ``frame_inds`` and, as mmaction2's ``*Init`` leave them,
    ``video_reader`` or ``avg_fps``; with ``per_clip`` also ``num_clips``.
    Added key: ``frame_times``, (N,) seconds.

    Args:
        per_clip (bool): Give the centres of the clips instead, (M,), for
            clips that overlap and a video encoder that makes one step of
            each. Defaults to False.
    """

    def __init__(self, per_clip: bool = False) -> None:
        self.per_clip = per_clip

    def transform(self, results: dict) -> dict:
        """Add the times.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with ``frame_times``.

        Raises:
            InputError: If the frame rate is not known, or times go back, as
                those of overlapping and looped clips do.
        """
        require_keys(results, self, 'frame_inds')
        times = _seconds(results, np.ravel(results['frame_inds']))
        if self.per_clip:
            clips = times.reshape(results['num_clips'], -1)
            times = (clips.min(axis=1) + clips.max(axis=1)) / 2
        if (np.diff(times) < 0).any():
            raise InputError(
                f'the pipeline at {type(self).__name__}, '
                f'{results.get("filename", "a video")}',
                'frames that go back in time, of clips that overlap or are '
                'looped', 'frames in the order of time',
                "sample by UniformSample, set SampleFrames' out_of_bound_opt "
                "to 'repeat_last', or, with one step a clip, per_clip=True")
        results['frame_times'] = times
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(per_clip={self.per_clip})'


def _seconds(results: dict, indices: np.ndarray) -> np.ndarray:
    """Give the (N,) times of frames."""
    reader: Any = results.get('video_reader')
    if hasattr(reader, 'get_frame_timestamp'):
        shown = reader.get_frame_timestamp([0, *indices.tolist()])[:, 0]
        return shown[1:].astype(np.float64) - float(shown[0])
    rate = results.get('avg_fps') or _frame_rate(reader)
    if not rate:
        raise InputError(
            'the pipeline at AddFrameTimes', 'no frame rate',
            'avg_fps or a video_reader that knows it',
            'put it after DecordInit and the sampling, before the decoding')
    return (indices - results.get('start_index', 0)) / float(rate)


def _frame_rate(reader: Any) -> float | None:
    """Give the frames a second of mmcv's or PyAV's reader."""
    if hasattr(reader, 'streams'):
        return reader.streams.video[0].average_rate
    return getattr(reader, 'fps', None)
