"""Bring every video to the same number of frames."""

from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.errors import InputError
from cra_plugin.registry import TRANSFORMS
from cra_plugin.spans.frame_sampling import sample_frame_indices


@TRANSFORMS.register_module()
class SampleFeatureFrames(BaseTransform):
    """Take T frames, evenly spread; all of them where there are T.

    Required and modified keys: ``frames``, (N, D) to (T, D), and
    ``frame_times``, (N,) to (T,).

    Args:
        num_frames (int): Number T of frames. Defaults to 32.
    """

    def __init__(self, num_frames: int = 32) -> None:
        if num_frames < 1:
            raise InputError('SampleFeatureFrames.num_frames',
                             f'{num_frames}', 'at least 1')
        self.num_frames = num_frames

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Sample the frames.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with T frames and their times.
        """
        require_keys(results, self, 'frames', 'frame_times')
        indices = self.steps(len(results['frames']))
        if indices is not None:
            results['frames'] = results['frames'][indices]
            results['frame_times'] = results['frame_times'][indices]
        return results

    def steps(self, available: int) -> np.ndarray | None:
        """Say which frames are taken.

        Args:
            available (int): Number N of frames.

        Returns:
            np.ndarray, optional: T indices; None where all are taken.
        """
        if available == self.num_frames:
            return None
        return sample_frame_indices(available, self.num_frames)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(num_frames={self.num_frames})'
