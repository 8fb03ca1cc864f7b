"""Videos whose frames spell their index in bars: what is shown can be read.

Those in ``data/videos`` are stored; the others are made of them on the spot.
"""

import random
import struct
from pathlib import Path

import av
import numpy as np

STORED = Path(__file__).parents[1] / 'data' / 'videos'
RATE = 30


def draw_bars(index, width=320, height=240):
    """A frame that spells its index; (H, W, 3) uint8."""
    frame = np.full((height, width, 3), 90, np.uint8)
    for bar in range(12):
        frame[height // 2:, bar * width // 12:(bar + 1) * width // 12] = (
            230 if index >> bar & 1 else 20)
    return frame


def read_bars(frame):
    """The index that a frame spells."""
    height, width = frame.shape[:2]
    row = frame[int(height * .6):int(height * .9)].mean((0, 2))
    return sum(1 << bar for bar in range(12)
               if row[int((bar + .5) * width / 12)] > 125)


def encode(path, codec, count=60, rate=RATE, options=None, container=None,
           bit_rate=2_000_000, pix_fmt='yuv420p', size=(320, 240)):
    """Encode the first frames."""
    with av.open(str(path), 'w', options=container or {}) as file:
        stream = file.add_stream(codec, rate, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt, stream.bit_rate = pix_fmt, bit_rate
        for index in range(count):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(
                draw_bars(index, *size), format='rgb24')))
        file.mux(stream.encode())
    return path


def copy(source, path, options=None, name=None):
    """Copy the packets into another container."""
    with (av.open(str(source)) as file,
          av.open(str(path), 'w', format=name,
                  options=options or {}) as out):
        stream = file.streams.video[0]
        target = out.add_stream_from_template(stream)
        for packet in file.demux(stream):
            if packet.dts is not None or packet.pts is not None:
                packet.stream = target
                out.mux(packet)
    return path


def show_by(source, path, matrix):
    """Copy an MP4 with another display matrix ``(a, b, c, d)``."""
    a, b, c, d = matrix
    content = bytearray(source.read_bytes())
    # The matrix of the track's header follows 40 bytes of other fields.
    at = content.index(b'tkhd') + 4 + 40
    content[at:at + 36] = struct.pack(
        '>9i', a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path


def damage(source, path, index):
    """Copy a file with noise in the largest of the packets from an index."""
    with av.open(str(source)) as file:
        packets = [packet for packet in file.demux(file.streams.video[0])
                   if packet.size]
        raw = bytes(max(packets[index:index + 8],
                        key=lambda packet: packet.size))
    content = bytearray(source.read_bytes())
    at = content.index(raw)
    content[at + len(raw) // 4:at + len(raw)] = random.Random(1).randbytes(
        len(raw) - len(raw) // 4)
    path.write_bytes(content)
    return path


def cut(source, path, start=0., end=1., unit=1):
    """Copy a part of the bytes of a file, in whole units."""
    content = source.read_bytes()
    first, last = (int(len(content) * at) // unit * unit
                   for at in (start, end))
    path.write_bytes(content[first:last])
    return path
