"""When the frames of a video are shown: one definition for every reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from av.container import InputContainer
from av.format import Flags
from av.video.stream import VideoStream

from cra_plugin.feature_extraction.display_matrix import (
    UPRIGHT,
    Turn,
    read_turn,
)
from cra_plugin.feature_extraction.stamps import rebuild_stamps, usual_step
from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.feature_extraction.video_stream import (
    decode_sound,
    open_stream,
)

# Files whose packets all state when they are shown, and that can be entered
# at every key frame.
_INDEXED = ('mov', 'matroska')


@dataclass(frozen=True)
class Timeline:
    """The frames that are shown, and when.

    Frames that an edit list discards do not count, nor do those that
    cannot be decoded, as far as the file says so.

    Attributes:
        times (np.ndarray): (N,) seconds since the first frame, increasing.
        duration (float): Seconds from the first frame to the end of the
            last.
        stream (int): Index of the stream in the file.
        stamps (np.ndarray, optional): (N,) ticks by which a decoder names
            the frames; None where they have to be counted.
        keys (np.ndarray): (K,) ticks of the frames from which decoding may
            start; empty where it has to start at the first.
        turn (Turn): How they are turned and mirrored.
        start (float): Seconds of the first frame on the clock of the file.
        odd (str): Why a reader that goes by an index of its own, such as
            decord, may show other frames; '' where it does not.
    """

    times: np.ndarray
    duration: float
    stream: int
    stamps: np.ndarray | None
    keys: np.ndarray
    turn: Turn = UPRIGHT
    start: float = 0.
    odd: str = ''

    @property
    def mirrored(self) -> bool:
        """Whether frames are shown as in a mirror."""
        a, b, c, d = self.turn
        return a * d - b * c < 0


def read_timeline(path: Path, limit: TimeLimit) -> Timeline:
    """Find when the frames of a video are shown.

    Args:
        path (Path): The video.
        limit (TimeLimit): The time that is left for it.

    Returns:
        Timeline: All that is shown.

    Raises:
        VideoError: If the video cannot be read, or does not say when its
            frames are shown.
    """
    with open_stream(path) as (container, stream):
        return timeline_of(path, container, stream, limit)


def timeline_of(path: Path, container: InputContainer, stream: VideoStream,
                limit: TimeLimit) -> Timeline:
    """Find when the frames of a freshly opened video are shown.

    Args:
        path (Path): The video.
        container (InputContainer): The same, open; it is read.
        stream (VideoStream): Its stream.
        limit (TimeLimit): The time that is left for it.

    Returns:
        Timeline: See :func:`read_timeline`.

    Raises:
        VideoError: As there.
    """
    if Flags.no_timestamps in Flags(container.format.flags):
        raise VideoError(f'a file of the format {container.format.name} does '
                         'not say when its frames are shown')
    timeline = None
    if container.format.name.startswith(_INDEXED):
        timeline = _from_packets(container, stream, limit)
    return timeline or _from_frames(path, limit)


def _from_packets(container: InputContainer, stream: VideoStream,
                  limit: TimeLimit) -> Timeline | None:
    """Go by what the packets say, where they say all."""
    packets = _read_packets(container, stream, limit)
    if not len(packets):
        raise VideoError('it has no frames')
    if None in packets[:, 0] or not packets[0, 2]:
        return None
    stamps, lengths, is_key, hidden = packets.astype(np.int64).T
    keys = np.unique(stamps[is_key == 1])
    shown = stamps[hidden == 0]
    if not len(shown):
        raise VideoError('it has no frames')
    if len(np.unique(shown)) < len(shown):
        return None  # a stamp does not say which frame it is
    container.seek(int(stamps[0]), stream=stream)
    first = next(decode_sound(container, stream, limit), None)
    if first is None or first.pts != shown.min():
        return None  # the first is damaged, or the index misleads
    turn = read_turn(first)
    after_key = np.maximum.accumulate(np.where(is_key, stamps, stamps.min()))
    odd = ('an edit list hides frames of it' if hidden.any() else
           'groups of its frames are open' if (stamps < after_key).any() else
           'it has several video streams'
           if len(container.streams.video) > 1 else '')
    last = lengths[hidden == 0][shown.argmax()]
    return _timeline(np.sort(shown), int(last), lengths, stream,
                     by_stamp=True, keys=keys, turn=turn, odd=odd)


def _read_packets(container: InputContainer, stream: VideoStream,
                  limit: TimeLimit) -> np.ndarray:
    """List (stamp, length, is a key frame, is hidden) as (N, 4) objects."""
    rows, number = [], -1  # the last packet only says that all are read
    for packet in container.demux(stream):
        limit.check()
        number += 1
        if packet.size and not packet.is_corrupt:
            rows.append((packet.pts, packet.duration or 0,
                         packet.is_keyframe, packet.is_discard))
    if container.format.name.startswith('mov'):
        stated = len(stream.index_entries)
        if number < stated:
            raise VideoError(f'the file ends after {len(rows)} of its '
                             f'{stated} frames: it has been cut short')
    return np.array(rows, object).reshape(-1, 4)


def _from_frames(path: Path, limit: TimeLimit) -> Timeline:
    """Decode all there is: for files whose packets do not say enough."""
    with open_stream(path) as (container, stream):
        turn = UPRIGHT
        stamps: list[int | None] = []
        lengths: list[int] = []
        for frame in decode_sound(container, stream, limit):
            if not stamps:
                turn = read_turn(frame)
            stamps.append(frame.pts)
            lengths.append(frame.duration or 0)
        if not stamps:
            raise VideoError('none of its frames can be decoded')
        return _timeline(
            rebuild_stamps(stamps, lengths), lengths[-1], lengths, stream,
            by_stamp=False, keys=np.empty(0, np.int64), turn=turn,
            odd='its frames have to be counted')


def _timeline(stamps: np.ndarray, last: int,
              lengths: Sequence[int] | np.ndarray, stream: VideoStream,
              by_stamp: bool, **fields: Any) -> Timeline:
    """Put the frames on a clock of seconds."""
    tick = float(stream.time_base or 1)
    length = (last or usual_step(lengths) or usual_step(np.diff(stamps))
              or 1 / float(stream.guessed_rate or 25) / tick)
    return Timeline(
        (stamps - stamps[0]) * tick, float(stamps[-1] - stamps[0] + length)
        * tick, stream.index, stamps if by_stamp else None,
        start=float(stamps[0]) * tick, **fields)
