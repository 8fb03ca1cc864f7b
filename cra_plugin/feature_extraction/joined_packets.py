"""Packets of a file whose clock may start anew, on one clock."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.container import InputContainer
from av.format import Flags
from av.video.stream import VideoStream

# Seconds by which stamps may leap ahead before FFmpeg, too, takes what
# follows for another recording.
_LEAP = 10.0
# Seconds by which stamps go back within a recording, where only the order of
# showing is stated.
_REORDERING = 1.0


def join_packets(
        container: InputContainer, stream: VideoStream
) -> Iterator[tuple[av.Packet[VideoStream], bool]]:
    """Read packets; give those of one recording after another one clock.

    Only transport and program streams are joined by just laying one behind
    the other, hence only their clocks are mended. Where the time of showing
    is missing, as in AVI files, the time of decoding takes its place.

    Args:
        container (InputContainer): The file.
        stream (VideoStream): Its stream.

    Yields:
        tuple[av.Packet, bool]: A packet, and whether another recording
        starts with it.
    """
    joinable = Flags.ts_discont in Flags(container.format.flags)
    ticks = 1 / (stream.time_base or 1)
    shift, last, end = 0, None, 0
    for packet in container.demux(stream):
        joined = False
        if not joinable:
            if packet.pts is None:
                packet.pts = packet.dts
        elif (stamp := packet.pts if packet.dts is None else packet.dts
              ) is not None:
            back = 0 if packet.dts is not None else _REORDERING * ticks
            if last is not None and not (
                    last - back <= stamp <= last + _LEAP * ticks):
                joined = True
                shift = end - (stamp if packet.pts is None else packet.pts)
            last = stamp
            end = max(end, _shift(packet, shift))
        yield packet, joined


def _shift(packet: av.Packet[VideoStream], shift: int) -> int:
    """Move a packet in time; give its end."""
    if packet.dts is not None:
        packet.dts += shift
    if packet.pts is not None:
        packet.pts += shift
        return packet.pts + (packet.duration or 0)
    return 0
