"""What NExT-GQA says of its videos: spans, durations and frame times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.errors import InputError, describe
from cra_plugin.spans.span_extent import TOLERANCE_SECONDS
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.json_file import (
    LONGEST_SECONDS,
    is_seconds,
    read_json_object,
)


@dataclass(frozen=True)
class VideoSpans:
    """The annotated spans of one video.

    Attributes:
        duration (float): Seconds.
        spans (dict[str, tuple[Span, ...]]): qid to (start, end) in seconds.
    """

    duration: float
    spans: dict[str, tuple[Span, ...]]


def read_video_spans(path: str | Path) -> dict[str, VideoSpans]:
    """Read ``gsub_{split}.json``.

    Args:
        path (str | Path): The file, ``{video: {duration, location: {qid:
            [[start, end], ...]}}}`` in seconds. Spans that leave the video
            by at most ``TOLERANCE_SECONDS`` are kept as they are.

    Returns:
        dict[str, VideoSpans]: Video to its duration and spans.

    Raises:
        InputError: If the file is missing or malformed, or a span is not
            finite, ends before it starts or lies outside its video.
    """
    return {
        video_id: _parse_video(f'{path}, video {video_id}', entry)
        for video_id, entry in read_json_object(path).items()
    }


def _parse_video(where: str, entry: Any) -> VideoSpans:
    """Check the entry of one video."""
    if not isinstance(entry, dict):
        raise InputError(where, describe(entry), 'an object with duration and '
                         'location')
    duration = parse_duration(where, entry.get('duration'))
    location = entry.get('location')
    if not isinstance(location, dict):
        raise InputError(f'{where}, field location', describe(location),
                         'an object {qid: [[start, end], ...]}')
    spans = {
        qid: _parse_spans(f'{where}, question {qid}', value, duration)
        for qid, value in location.items()
    }
    return VideoSpans(duration, spans)


def parse_duration(where: str, value: Any) -> float:
    """Check the duration of one video.

    Args:
        where (str): The place in the file, for messages.
        value (Any): What should be a positive number of seconds.

    Returns:
        float: Seconds.

    Raises:
        InputError: If the value is anything else.
    """
    if not is_seconds(value) or value <= 0:
        raise InputError(f'{where}, field duration', describe(value),
                         'a positive number of seconds, at most '
                         f'{LONGEST_SECONDS:g}')
    return float(value)


def _parse_spans(where: str, value: Any, duration: float) -> tuple[Span, ...]:
    """Check the spans of one question."""
    if not isinstance(value, list) or not value:
        raise InputError(where, describe(value),
                         'a list [[start, end], ...]')
    for span in value:
        if (not isinstance(span, list) or len(span) != 2
                or not all(map(is_seconds, span))):
            raise InputError(where, f'the span {describe(span)}',
                             '[start, end] in finite seconds')
        start, end = span
        if start > end:
            raise InputError(where, f'the span {span!r}', 'start <= end',
                             'swap the two')
        if start < -TOLERANCE_SECONDS or end > duration + TOLERANCE_SECONDS:
            raise InputError(
                where, f'the span {span!r}',
                f'a span inside the video, 0 to {duration:g} s (more or less '
                f'{TOLERANCE_SECONDS:g} s)', 'correct the span or duration')
    return tuple((float(start), float(end)) for start, end in value)


def read_frame_times(path: str | Path, video_ids: Iterable[str],
                     durations: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Read ``frame2time_{split}.json``.

    Args:
        path (str | Path): The file, ``{video: [T seconds]}``.
        video_ids (Iterable[str]): The videos to read.
        durations (Mapping[str, float]): Durations in seconds, where known.
            Times that leave the video by at most ``TOLERANCE_SECONDS`` are
            kept as they are.

    Returns:
        dict[str, np.ndarray]: Video to (T,) seconds.

    Raises:
        InputError: If the file is missing or malformed, a video is absent,
            or its times are not finite, not sorted or outside the video.
    """
    content = read_json_object(path)
    times = {}
    for video_id in video_ids:
        if video_id not in content:
            raise InputError(path, f'no video {video_id}',
                             'the frame times of every video in the csv',
                             'use the file of the same split')
        times[video_id] = parse_frame_times(f'{path}, video {video_id}',
                                            content[video_id],
                                            durations.get(
                                                video_id, LONGEST_SECONDS))
    return times


def parse_frame_times(where: str, value: Any, duration: float) -> np.ndarray:
    """Check the frame times of one video.

    Args:
        where (str): The place in the file, for messages.
        value (Any): What should be a list of T seconds that never go back.
        duration (float): Seconds, ``LONGEST_SECONDS`` where unknown. Times
            may leave the video by at most ``TOLERANCE_SECONDS``.

    Returns:
        np.ndarray: (T,) seconds.

    Raises:
        InputError: If the value is anything else.
    """
    if (not isinstance(value, list) or not value
            or not all(map(is_seconds, value))):
        raise InputError(where, describe(value),
                         'a list of finite seconds, one for each frame')
    times = np.array(value, dtype=np.float64)
    # Equal neighbors are right: short videos repeat frames.
    if (np.diff(times) < 0).any():
        index = int((np.diff(times) < 0).argmax()) + 1
        raise InputError(f'{where}, frame {index}',
                         f'{value[index]} after {value[index - 1]}',
                         'times that never go back', 'sort the times')
    if (times[0] < -TOLERANCE_SECONDS
            or times[-1] > duration + TOLERANCE_SECONDS):
        raise InputError(where, f'times from {value[0]} to {value[-1]}',
                         f'times inside the video, 0 to {duration:g} s',
                         'use the file that belongs to the span file')
    return times
