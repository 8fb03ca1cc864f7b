"""Encode frames as a clip."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream

from cra_plugin.feature_extraction.sound import Sound, encode_sound

# The first that PyAV has, with its options. Without frames that build on
# later ones, times need no edit list.
ENCODERS = {
    'libx264': {'preset': 'veryfast', 'crf': '18', 'bf': '0'},
    'mpeg4': {'qscale': '3', 'flags': '+qscale', 'global_quality': '354'},
}
# Ticks a second: whole ones for all usual rates, and MPEG-4 has 16 bits.
_TICKS = 60000
# The matrix by which RGB becomes YUV: that of BT.601.
_MATRIX = 6


def find_encoder() -> str:
    """Name the encoder that is used.

    Returns:
        str: Key of ``ENCODERS``.
    """
    return next((name for name in ENCODERS
                 if name in av.codecs_available and _encodes(name)), 'mpeg4')


def _encodes(name: str) -> bool:
    """Whether PyAV has an encoder of that name."""
    try:
        return bool(av.Codec(name, 'w').is_encoder)
    except ValueError:
        return False


def encode_clip(images: Iterable[np.ndarray], times: np.ndarray, end: float,
                sound: Sound | None, path: Path,
                encoder: str | None = None) -> None:
    """Encode frames, and sound, as an MP4 file.

    Args:
        images (Iterable[np.ndarray]): T frames (H, W, 3), uint8 RGB. An odd
            side is made even by repeating its last pixels.
        times (np.ndarray): (T,) seconds at which they appear, increasing.
            The clip starts with the first.
        end (float): Seconds at which the last frame goes.
        sound (Sound, optional): Sound of the clip.
        path (Path): The file to write.
        encoder (str, optional): Key of ``ENCODERS``. Defaults to None: the
            first that there is.
    """
    name = encoder or find_encoder()
    ticks = np.round((np.append(times, end) - times[0]) * _TICKS)
    ticks = np.maximum.accumulate(ticks.astype(np.int64) - np.arange(
        len(ticks))) + np.arange(len(ticks))
    lengths = dict(zip(ticks.tolist(), np.diff(ticks).tolist()))
    with av.open(str(path), 'w', format='mp4',
                 options={'movflags': '+faststart'}) as output:
        stream = prepared = None
        for stamp, image in zip(ticks.tolist(), images):
            image = _even(image)
            if stream is None:
                stream = _add_stream(output, name, image, len(times) * _TICKS
                                     / max(int(ticks[-1]), 1))
                prepared = encode_sound(output, sound) if sound else []
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            frame.pts, frame.time_base = stamp, Fraction(1, _TICKS)
            _mux(output, stream, stream.encode(frame), lengths)
        if stream is not None:
            _mux(output, stream, stream.encode(None), lengths)
            output.mux(prepared)


def _even(image: np.ndarray) -> np.ndarray:
    """Repeat the last row and column where their number is odd."""
    height, width = image.shape[:2]
    return np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), 'edge')


def _add_stream(output: OutputContainer, name: str, image: np.ndarray,
                rate: float) -> VideoStream:
    """Add a stream for frames of one size."""
    stream = output.add_stream(
        name, Fraction(rate).limit_denominator(1001), options=ENCODERS[name])
    assert isinstance(stream, VideoStream)
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = 'yuv420p'
    stream.codec_context.time_base = Fraction(1, _TICKS)
    stream.codec_context.colorspace = _MATRIX
    return stream


def _mux(output: OutputContainer, stream: VideoStream,
         packets: list[av.Packet[VideoStream]],
         lengths: dict[int, int]) -> None:
    """Write packets, each with the time for which it is shown."""
    for packet in packets:
        packet.duration = lengths[int(packet.pts or 0)]
        output.mux(packet)
