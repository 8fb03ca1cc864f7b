"""Turn the times of sampled frames into those of a sample."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.errors import InputError


def step_times(times: np.ndarray, results: dict[str, Any], per_clip: bool,
               transform: object) -> np.ndarray:
    """Give the times of the steps of a video.

    Args:
        times (np.ndarray): (N,) seconds of the sampled frames, clip by clip.
        results (dict[str, Any]): The sample, with ``num_clips`` where
            ``per_clip``.
        per_clip (bool): Give the (M,) centers of the clips instead.
        transform (object): Whom to name in errors.

    Returns:
        np.ndarray: (N,) or (M,) seconds, not decreasing.

    Raises:
        InputError: If times go back, as those of overlapping and looped
            clips do.
    """
    if per_clip:
        clips = times.reshape(results['num_clips'], -1)
        times = (clips.min(axis=1) + clips.max(axis=1)) / 2
    if (np.diff(times) < 0).any():
        raise InputError(
            f'the pipeline at {type(transform).__name__}, '
            f'{results.get("filename", "a video")}',
            'frames that go back in time, of clips that overlap or are '
            'looped', 'frames in the order of time',
            'sample by cra_plugin.SampleByTime or UniformSample, set '
            "SampleFrames' out_of_bound_opt to 'repeat_last', or, with one "
            'step per clip, per_clip=True')
    return times
