"""Cut the seconds of a span out of a video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.any_video import AnyVideo
from cra_plugin.feature_extraction.clip_copy import copy_clip
from cra_plugin.feature_extraction.clip_encoder import encode_clip
from cra_plugin.feature_extraction.pyav_reader import PyAVReader
from cra_plugin.feature_extraction.sound import Sound, read_sound
from cra_plugin.feature_extraction.video_reader import VideoReader
from cra_plugin.spans.shown_frames import frames_of_span
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.error_text import one_line
from cra_plugin.utils.files import atomic_path

# Seconds for which the frame of a clip of one frame is shown at least.
SHORTEST = 0.5
# Frames that are read at a time where they are files, or in memory.
_AT_A_TIME = 16


@dataclass(frozen=True)
class Clip:
    """What was cut out of a video.

    Attributes:
        start (float): Seconds at which its first frame appears in the video.
        end (float): Seconds at which its last frame goes.
        num_frames (int): Number of its frames.
        copied (bool): Whether the frames are the packets of the video,
            rather than encoded again.
        has_sound (bool): Whether there is sound with it.
    """

    start: float
    end: float
    num_frames: int
    copied: bool
    has_sound: bool


def cut_clip(video: AnyVideo, span: Span, path: str | Path,
             copy: bool = True) -> Clip:
    """Write the frames of a span, upright, as an MP4 file.

    Packets are copied where the span starts at a key frame, to half a frame,
    and ends where no later frame is needed; else frames are encoded again.
    Sound is encoded as AAC. See
    :func:`~cra_plugin.spans.shown_frames.frames_of_span` for the frames; a
    clip of one frame lasts ``SHORTEST`` seconds at least.

    Args:
        video (AnyVideo): A file, a folder of frames, or frames.
        span (Span): (start, end) in seconds since the first frame.
        path (str | Path): The file to write.
        copy (bool): Whether packets may be copied; H.264, which every
            browser plays, is written otherwise. Defaults to True.

    Returns:
        Clip: What was written.

    Raises:
        InputError: If the video cannot be read, or no encoder takes it.
    """
    with video.open() as reader:
        shown = np.asarray(reader.times(np.arange(reader.num_frames)), float)
        frames = frames_of_span(shown, reader.duration, span)
        ends = np.append(shown[1:], reader.duration)
        times = shown[frames.start:frames.stop]
        end = max(ends[frames[-1]],
                  times[0] + (SHORTEST if len(frames) == 1 else 0))
        sound = _sound_of(video, reader, times[0], end)
        try:
            with atomic_path(path) as temporary:
                copied = (
                    copy and isinstance(reader, PyAVReader) and copy_clip(
                        Path(str(video.content)), reader.timeline, frames,
                        sound, temporary))
                if not copied:
                    encode_clip(_images(reader, frames), times, end, sound,
                                temporary)
        except (av.error.FFmpegError, OSError) as error:
            raise InputError(
                path, f'no way to write it ({one_line(error)})',
                'room on the disk, and frames that H.264 can hold',
                'name another output, or convert the video') from None
    return Clip(float(times[0]), float(end), len(frames), copied,
                sound is not None)


def _sound_of(video: AnyVideo, reader: VideoReader, start: float,
              end: float) -> Sound | None:
    """Read the sound of a file."""
    if not isinstance(reader, PyAVReader):
        return None
    return read_sound(Path(str(video.content)), start, end,
                      reader.timeline.start)


def _images(reader: VideoReader, frames: range) -> Iterator[np.ndarray]:
    """Give the pixels of frames, a few of which are in memory at a time."""
    wanted = np.arange(frames.start, frames.stop)
    if isinstance(reader, PyAVReader):
        for _, image in reader.stream(wanted):
            yield image
        return
    for first in range(0, len(wanted), _AT_A_TIME):
        yield from reader.read(wanted[first:first + _AT_A_TIME])[0]
