"""Whether decord shows the frames of a video at their times."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.feature_extraction.timeline import Timeline
from cra_plugin.feature_extraction.video_reader import VideoError


def check_decord(timeline: Timeline, reader: Any = None) -> None:
    """Refuse a video of which decord would show other frames.

    It takes a missing stamp for one, shows what an edit list hides, and
    lands elsewhere where it seeks in files without an index, or in open
    groups of pictures.

    Args:
        timeline (Timeline): What the video shows.
        reader (Any, optional): A ``decord.VideoReader`` of it, whose own
            times are compared. Defaults to None.

    Raises:
        VideoError: If frames would be wrong: why.
    """
    reason = 'it is mirrored' if timeline.mirrored else timeline.odd
    if reader is not None and not reason:
        if len(reader) != len(timeline.times):
            reason = (f'it counts {len(reader)} frames instead of '
                      f'{len(timeline.times)}')
        else:
            shown = reader.get_frame_timestamp(range(len(reader)))[:, 0]
            shown = shown.astype(np.float64) - float(shown[0])
            late = np.abs(shown - timeline.times).max()
            if not late < timeline.duration / len(timeline.times) / 2:
                reason = f'its times are up to {late:.3g} s off'
    if reason:
        raise VideoError('decord would show wrong frames of it, since '
                         f'{reason}; PyAV reads it')
