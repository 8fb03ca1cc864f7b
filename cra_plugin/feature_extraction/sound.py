"""The sound of a part of a video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

# Hertz that AAC knows; sound of other rates is resampled to the first.
_RATES = (48000, 96000, 88200, 64000, 44100, 32000, 24000, 22050, 16000,
          12000, 11025, 8000)
_LAYOUTS = {1: 'mono', 2: 'stereo'}
# Seconds before the part from which decoding starts.
_RUN_UP = 1.
# Seconds by which a clock may go back before another recording begins.
_BACK = 1.


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples of one or two channels.

    Attributes:
        samples (np.ndarray): (N, C) int16.
        rate (int): Samples a second.
    """

    samples: np.ndarray
    rate: int


def read_sound(path: Path, start: float, end: float,
               origin: float) -> Sound | None:
    """Decode the sound of a part of a video.

    Args:
        path (Path): The video.
        start (float): Seconds since the first frame.
        end (float): Seconds.
        origin (float): Time of the first frame on the clock of the file.

    Returns:
        Sound, optional: Of exactly that part, silent where the file has
        nothing; None where it has no sound, or PyAV cannot decode it.
    """
    try:
        with av.open(str(path), metadata_errors='replace') as container:
            if not container.streams.audio:
                return None
            return _read(container, start + origin, end + origin)
    except (av.error.FFmpegError, ValueError):
        return None


def _read(container: InputContainer, start: float,
          end: float) -> Sound | None:
    """Put the samples of a part, on the clock of the file, in their places."""
    stream = container.streams.audio[0]
    rate = stream.rate if stream.rate in _RATES else _RATES[0]
    channels = min(stream.channels, 2)
    resampler = AudioResampler('s16', _LAYOUTS[channels], rate)
    samples = np.zeros((round((end - start) * rate), channels), np.int16)
    found = False
    for frame in _decode(container, start, end):
        for part in resampler.resample(frame):
            if part.pts is None or part.time_base is None:
                continue
            values = part.to_ndarray().reshape(-1, channels)
            at = round((float(part.pts * part.time_base) - start) * rate)
            values = values[max(0, -at):max(0, len(samples) - at)]
            samples[max(0, at):max(0, at) + len(values)] = values
            found |= len(values) > 0
    return Sound(samples, rate) if found else None


def _decode(container: InputContainer, start: float,
            end: float) -> Iterator[av.AudioFrame]:
    """Decode from a little before the start, up to the end."""
    stream = container.streams.audio[0]
    if start > _RUN_UP and container.format.name.startswith(
            ('mov', 'matroska')):
        container.seek(int((start - _RUN_UP) * av.time_base))
    latest = -np.inf
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            if frame.time is None:
                continue
            if frame.time > end or frame.time < latest - _BACK:
                return
            latest = max(latest, frame.time)
            yield frame


def encode_sound(output: OutputContainer,
                sound: Sound) -> list[av.Packet[AudioStream]]:
    """Add a stream of AAC to a file.

    Args:
        output (OutputContainer): The file, with its other streams.
        sound (Sound): The sound; it starts with the file.

    Returns:
        list[av.Packet]: What is to be written to it.
    """
    channels = sound.samples.shape[1]
    stream = output.add_stream('aac', sound.rate, layout=_LAYOUTS[channels])
    packets: list[av.Packet[AudioStream]] = []
    for first in range(0, len(sound.samples), sound.rate):
        part = np.ascontiguousarray(
            sound.samples[first:first + sound.rate])
        frame = av.AudioFrame.from_ndarray(
            part.reshape(1, -1), 's16', _LAYOUTS[channels])
        frame.sample_rate, frame.pts = sound.rate, first
        packets += stream.encode(frame)
    return packets + stream.encode(None)
