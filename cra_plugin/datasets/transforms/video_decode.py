"""Decoding frames of a video, in place of ``DecordDecode``."""

from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.datasets.transforms.step_times import step_times
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class VideoDecode(BaseTransform):
    """Decode the sampled frames, and say when they are shown.

    Required keys: ``video_reader`` and ``video_file`` of :class:`VideoInit`,
    and ``frame_inds``; with ``per_clip`` also ``num_clips``. Added keys:
    ``imgs`` (list of N frames (H, W, 3) uint8, RGB, upright),
    ``original_shape``, ``img_shape`` and ``frame_times``, (N,) seconds.

    Args:
        per_clip (bool): Give the times of the centers of the clips instead,
            (M,), for clips that overlap and a video encoder that makes one
            step of each. Defaults to False.
    """

    def __init__(self, per_clip: bool = False) -> None:
        self.per_clip = per_clip

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Decode the frames, and close the video.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its pixels.

        Raises:
            VideoError: If the video cannot be read.
            InputError: If times go back, as those of overlapping and looped
                clips do.
        """
        require_keys(results, self, 'frame_inds', 'video_file')
        results['frame_inds'] = np.ravel(results['frame_inds'])
        wanted, rows = np.unique(
            results['frame_inds'] - results['start_index'],
            return_inverse=True)
        with results.pop('video_file'):
            frames, times = results.pop('video_reader').read(wanted)
        results['frame_times'] = step_times(times[rows], results,
                                            self.per_clip, self)
        results['imgs'] = [frames[row] for row in rows]
        shape = frames[0].shape[:2]
        results['original_shape'] = results['img_shape'] = shape
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(per_clip={self.per_clip})'
