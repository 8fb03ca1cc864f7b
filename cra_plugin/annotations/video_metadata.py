"""What a probe of the videos found: durations and frame times."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.annotations.nextgqa_videos import (
    parse_duration,
    parse_frame_times,
)
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.files import existing_file
from cra_plugin.utils.json_file import read_json_object


def read_video_metadata(
    path: str | Path, video_ids: Iterable[str]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Read the metadata of videos.

    The file is ``{video: {"duration": seconds, "frame_times": [T seconds],
    ...}}``. ``frame_times``, the times of the frames whose features are
    used, may be left out or null: the frames are then taken as spread evenly
    over the duration. Further fields, such as ``fps``, and further videos
    are left alone, so one file may serve all splits.

    Args:
        path (str | Path): The file.
        video_ids (Iterable[str]): The videos to read.

    Returns:
        tuple[dict[str, float], dict[str, np.ndarray]]: Video to seconds, for
        all of ``video_ids``; video to (T,) seconds of its frames, where the
        file gives them.

    Raises:
        InputError: If the file is missing or malformed, a video is absent,
            or frame times are not sorted or outside their video.
    """
    if existing_file(path) is None:
        raise InputError(
            path, 'no such file', 'a JSON {video: {"duration": seconds}}',
            'write it as docs/data_preparation.md says, or set '
            'video_file=None where the feature file holds the durations')
    content = read_json_object(path)
    durations, frame_times = {}, {}
    for video_id in video_ids:
        where = f'{path}, video {video_id}'
        entry = _entry(path, content, video_id)
        duration = parse_duration(where, entry.get('duration'))
        durations[video_id] = duration
        if entry.get('frame_times') is not None:
            frame_times[video_id] = parse_frame_times(
                f'{where}, field frame_times', entry['frame_times'], duration)
    return durations, frame_times


def _entry(path: str | Path, content: dict[str, Any],
           video_id: str) -> dict[str, Any]:
    """The object of one video."""
    if video_id not in content:
        raise InputError(path, f'no video {video_id}',
                         'the duration of every video of the questions',
                         'probe the videos of all splits')
    entry = content[video_id]
    if not isinstance(entry, dict):
        raise InputError(f'{path}, video {video_id}', describe(entry),
                         'an object with duration, in seconds')
    return entry
