"""The video stream of a file that is shown, and its sound frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.damage_doubt import Doubt
from cra_plugin.feature_extraction.joined_packets import join_packets
from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.utils.error_text import one_line

_PICTURES = (Disposition.attached_pic | Disposition.timed_thumbnails
             | Disposition.still_image)
# Without it some decoders pass damaged frames for sound ones.
_CHECKS = {'err_detect': 'crccheck+bitstream+buffer+explode'}


@contextmanager
def open_stream(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the default video stream of a file.

    Args:
        path (Path): The video.

    Yields:
        tuple[InputContainer, VideoStream]: The open file and the stream.

    Raises:
        VideoError: If the video cannot be read.
    """
    try:
        # Names of tags may be in any encoding.
        with av.open(str(path), metadata_errors='replace') as container:
            stream = _default_stream(container)
            # Whole videos run in parallel: a thread for each is enough.
            stream.codec_context.thread_count = 1
            stream.codec_context.options = _CHECKS
            yield container, stream
    except InputError:
        raise  # of what is done with the video
    except (av.error.FFmpegError, ValueError) as error:
        raise VideoError(f'PyAV: {one_line(error)}'
                         ) from None


def _default_stream(container: InputContainer) -> VideoStream:
    """Choose the stream that a player shows; cover art does not count."""
    videos = container.streams.video
    if not videos:
        raise VideoError('it has no video stream')
    streams = [stream for stream in videos
               if not stream.disposition & _PICTURES]
    if not streams:
        raise VideoError('it has no video stream but a cover picture')
    streams = [stream for stream in streams
               if stream.disposition & Disposition.default] or streams
    best = container.streams.best('video')
    chosen = best if best in streams else streams[0]
    if chosen.codec_context is None:
        raise VideoError('PyAV has no decoder for its video stream')
    return chosen


def decode_sound(container: InputContainer, stream: VideoStream,
                 limit: TimeLimit) -> Iterator[av.VideoFrame]:
    """Decode from where a file stands, leaving damaged frames out.

    What follows a packet that cannot be decoded builds on it: nothing is
    given until the next key frame. Neither is what comes before the first
    one, where a file starts in the middle.

    Args:
        container (InputContainer): The file.
        stream (VideoStream): Its stream.
        limit (TimeLimit): The time that is left.

    Yields:
        av.VideoFrame: Frames in the order in which they are shown.
    """
    codec, entry, waiting = stream.codec_context, None, True
    doubt = Doubt()
    for packet, joined in join_packets(container, stream):
        limit.check()
        if joined:
            yield from doubt.settle(_drain(codec))[0]
            waiting = True
        if packet.is_keyframe and not packet.is_corrupt:
            # An edit list may go back, to frames that it hides.
            entry = packet.pts if waiting else _earlier(entry, packet.pts)
            waiting = False
        elif waiting or _earlier(packet.pts, entry) != entry:
            continue  # it builds on what has not been decoded
        frames, failed = _decode(packet)
        if failed and codec.name == 'h264' and doubt.raise_for(packet):
            continue
        sound, damaged = doubt.settle(frames)
        yield from sound
        if failed or damaged:
            for frame in _drain(codec):
                if damaged or doubt.stamp is not None or (
                        frame.pts == packet.pts):
                    break
                yield frame
            doubt, waiting = Doubt(), True


def _decode(
        packet: av.Packet[VideoStream]) -> tuple[list[av.VideoFrame], bool]:
    """Decode a packet; say whether that failed."""
    if packet.is_corrupt:
        return [], True
    try:
        return packet.decode(), False
    except av.error.FFmpegError:
        return [], True


def _drain(codec: av.VideoCodecContext) -> list[av.VideoFrame]:
    """Give what a decoder holds back, and let it start anew."""
    try:
        frames = codec.decode(None)
    except av.error.FFmpegError:
        frames = []
    codec.flush_buffers()
    return list(takewhile(lambda frame: not frame.is_corrupt, frames))


def _earlier(stamp: int | None, other: int | None) -> int | None:
    """Give the earlier of two stamps, the second where one is missing."""
    return other if stamp is None or other is None else min(stamp, other)
