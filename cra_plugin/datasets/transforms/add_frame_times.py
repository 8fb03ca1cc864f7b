"""Add the times of the frames that mmaction2 samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.datasets.transforms.step_times import step_times
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.foreign_reader import check_foreign_reader
from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.timeline import read_timeline
from cra_plugin.feature_extraction.video_reader import (
    VIDEO_LIMIT,
    VideoError,
)
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class AddFrameTimes(BaseTransform):
    """Say when the frames are shown that a reader of mmaction2 decodes.

    It goes between the sampling and the decoding. The times are those of the
    file (:class:`Timeline`); a file of which the reader, such as decord,
    would decode other frames is refused. :class:`VideoDecode` needs it not.

    Required keys: ``frame_inds`` and, as mmaction2's ``*Init`` leave them,
    ``filename``, ``total_frames`` and ``video_reader``, or, for a folder of
    frames, ``avg_fps``; with ``per_clip`` also ``num_clips``. Added key:
    ``frame_times``, (N,) seconds.

    Args:
        per_clip (bool): Give the centers of the clips instead, (M,), for
            clips that overlap and a video encoder that makes one step of
            each. Defaults to False.
        video_limit (float): Seconds after which a video is refused. Defaults
            to 600.
    """

    def __init__(self, per_clip: bool = False,
                 video_limit: float = VIDEO_LIMIT) -> None:
        self.per_clip = per_clip
        self.video_limit = video_limit

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add the times.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with ``frame_times``.

        Raises:
            InputError: If the video would be decoded wrongly, times go back,
                as those of overlapping and looped clips do, or neither the
                video nor the frame rate is known.
        """
        require_keys(results, self, 'frame_inds')
        indices = (np.ravel(results['frame_inds'])
                   - results.get('start_index', 0))
        results['frame_times'] = step_times(
            self._seconds(results, indices), results, self.per_clip, self)
        return results

    def _seconds(self, results: dict[str, Any],
                 indices: np.ndarray) -> np.ndarray:
        """Give the (N,) times of frames."""
        reader: Any = results.get('video_reader')
        if reader is None and results.get('avg_fps'):
            return indices / float(results['avg_fps'])
        if reader is None or 'filename' not in results:
            raise InputError(
                'the pipeline at AddFrameTimes', 'no video',
                'a video_reader, and the filename of the video',
                'put it after DecordInit and the sampling, before the '
                'decoding')
        path = Path(results['filename'])
        try:
            timeline = read_timeline(path, TimeLimit(self.video_limit))
            check_foreign_reader(timeline, reader, results['total_frames'])
        except VideoError as error:
            raise InputError(
                path, f'a video of which {type(self).__name__} says: {error}',
                'a video that mmaction2 decodes rightly',
                'replace the transforms of mmaction2 by '
                'cra_plugin.VideoInit and cra_plugin.VideoDecode') from None
        seconds: np.ndarray = timeline.times[indices]
        return seconds

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(per_clip={self.per_clip}, '
                f'video_limit={self.video_limit:g})')
