"""Copy packets of a video into a clip, where key frames allow."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from cra_plugin.feature_extraction.display_matrix import UPRIGHT
from cra_plugin.feature_extraction.sound import Sound, encode_sound
from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.timeline import Timeline, read_timeline
from cra_plugin.feature_extraction.video_reader import VIDEO_LIMIT, VideoError
from cra_plugin.feature_extraction.video_stream import (
    decode_sound,
    open_stream,
)

# What players take from an MP4 file.
_CODECS = ('h264', 'hevc', 'av1', 'vp9', 'mpeg4')
# Seconds by which a copied frame may be off: Matroska counts milliseconds.
_EXACT = 2e-3


def copy_clip(source: Path, timeline: Timeline, frames: range,
              sound: Sound | None, path: Path) -> bool:
    """Copy frames without encoding them again.

    Args:
        source (Path): The video.
        timeline (Timeline): Its frames.
        frames (range): Those that are wanted.
        sound (Sound, optional): Sound of the clip.
        path (Path): The MP4 file to write.

    Returns:
        bool: Whether the file shows exactly these frames; where packets
        alone cannot, there is none to be used.
    """
    stamps = timeline.stamps
    if stamps is None or timeline.turn != UPRIGHT or len(frames) < 2 or (
            stamps[frames.start] not in timeline.keys):
        return False
    wanted = stamps[frames.start:frames.stop]
    try:
        with open_stream(source) as (container, stream):
            if stream.codec_context.name not in _CODECS:
                return False
            container.seek(int(wanted[0]), stream=stream)
            packets = _select(container.demux(stream), wanted)
            if not packets:
                return False
            _write(packets, stream, int(wanted[0]), sound, path)
        written = _sound_times(path)
    except (VideoError, OSError):
        return False
    expected = timeline.times[frames.start:frames.stop]
    return len(written) == len(expected) and bool(np.allclose(
        written, expected - expected[0], rtol=0, atol=_EXACT))


def _sound_times(path: Path) -> np.ndarray:
    """Times of the frames of a clip; none where one of them is damaged."""
    limit = TimeLimit(VIDEO_LIMIT)
    times = read_timeline(path, limit).times
    with open_stream(path) as (container, stream):
        sound = sum(1 for _ in decode_sound(container, stream, limit))
    return times if sound == len(times) else np.empty(0)


def _select(packets: Iterable[av.Packet[VideoStream]],
            wanted: np.ndarray) -> list[av.Packet[VideoStream]]:
    """Take the packets of frames; none where others come between them."""
    missing = set(wanted.tolist())
    chosen: list[av.Packet[VideoStream]] = []
    for packet in packets:
        if not packet.size or (not chosen and packet.pts != wanted[0]):
            continue
        if packet.pts is None or packet.is_corrupt or packet.is_discard:
            return []
        if packet.pts < wanted[0]:
            continue  # it builds on what comes before the key frame
        if packet.pts not in missing or not (chosen or packet.is_keyframe):
            return []
        chosen.append(packet)
        missing.remove(packet.pts)
        if not missing:
            return chosen
    return []


def _write(packets: list[av.Packet[VideoStream]], stream: VideoStream,
           first: int, sound: Sound | None, path: Path) -> None:
    """Write packets, from time 0 on, and sound."""
    with av.open(str(path), 'w', format='mp4',
                 options={'movflags': '+faststart'}) as output:
        target = output.add_stream_from_template(stream)
        if sound is not None:
            prepared = encode_sound(output, sound)
        for packet in packets:
            packet.stream = target
            packet.pts = (packet.pts or 0) - first
            if packet.dts is not None:
                packet.dts -= first
            output.mux(packet)
        if sound is not None:
            output.mux(prepared)
