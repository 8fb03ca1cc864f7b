"""Choose frames of a video evenly in time."""

from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.registry import TRANSFORMS
from cra_plugin.spans.frame_sampling import frames_at


@TRANSFORMS.register_module()
class SampleByTime(BaseTransform):
    """Take one frame of each of equal parts of the time of a video.

    mmaction2's ``UniformSample`` takes equal parts of the number of frames,
    which is the same only where their rate is constant.

    Required keys: ``video_reader`` of :class:`VideoInit`, and ``rng`` but in
    test mode. Added keys: ``frame_inds`` (T,), ``clip_len``,
    ``frame_interval`` and ``num_clips``.

    Args:
        clip_len (int): Number T of frames.
        test_mode (bool): Take the middle of each part, and not a time drawn
            from it. Defaults to False.
    """

    def __init__(self, clip_len: int, test_mode: bool = False) -> None:
        self.clip_len = clip_len
        self.test_mode = test_mode

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Choose the frames.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with ``frame_inds``.
        """
        require_keys(results, self, 'video_reader')
        reader = results['video_reader']
        within = np.full(self.clip_len, .5)
        if not self.test_mode:
            require_keys(results, self, 'rng')
            within = results['rng'].random(self.clip_len)
        seconds = (np.arange(self.clip_len) + within) * (
            reader.duration / self.clip_len)
        results['frame_inds'] = frames_at(
            reader.times(np.arange(reader.num_frames)), seconds)
        results.update(clip_len=self.clip_len, frame_interval=None,
                       num_clips=1)
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(clip_len={self.clip_len}, '
                f'test_mode={self.test_mode})')
