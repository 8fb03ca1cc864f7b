"""Check that a reader with its own index shows the right frames."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.feature_extraction.display_matrix import UPRIGHT
from cra_plugin.feature_extraction.timeline import Timeline
from cra_plugin.feature_extraction.video_reader import VideoError


def check_foreign_reader(timeline: Timeline, reader: Any = None,
                         num_frames: int | None = None) -> None:
    """Refuse a video of which a reader would show other frames.

    decord takes a missing stamp for one, shows what an edit list hides, and
    lands elsewhere where it seeks in files without an index, or in open
    groups of pictures; the other readers of mmaction2 do likewise.

    Args:
        timeline (Timeline): What the video shows.
        reader (Any, optional): The reader; decord's own times are compared.
            Defaults to None, where it is not opened yet.
        num_frames (int, optional): Frames that it counts. Defaults to None.

    Raises:
        VideoError: If frames would be wrong: why.
    """
    reason = 'it is mirrored' if timeline.mirrored else timeline.odd
    if num_frames not in (None, len(timeline.times)) and not reason:
        reason = (f'it counts {num_frames} frames instead of '
                  f'{len(timeline.times)}')
    if not reason and hasattr(reader, 'get_frame_timestamp'):
        shown = reader.get_frame_timestamp(range(len(reader)))[:, 0]
        late = np.abs(shown.astype(np.float64) - float(shown[0])
                      - timeline.times).max()
        if not late < timeline.duration / len(timeline.times) / 2:
            reason = f'its times are up to {late:.3g} s off'
    elif not reason and hasattr(reader, 'streams'):
        reason = '' if timeline.turn == UPRIGHT else 'it is turned'
    if reason:
        name = type(reader).__module__.split('.')[0] if reader else 'decord'
        raise VideoError(f'{name} would show wrong frames of it, since '
                         f'{reason}; PyAV reads it')
