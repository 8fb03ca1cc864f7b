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


def encode_with_beep(path, beep, count=120, rate=RATE, codec='aac'):
    """Encode frames, and a tone from a second to another."""
    hertz = 48000
    with av.open(str(path), 'w') as file:
        stream = file.add_stream('libx264', rate, options={
            'g': '30', 'bf': '0', 'sc_threshold': '0'})
        stream.width, stream.height, stream.pix_fmt = 320, 240, 'yuv420p'
        tone = file.add_stream(codec, hertz, layout='mono')
        for index in range(count):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(
                draw_bars(index), format='rgb24')))
        file.mux(stream.encode())
        seconds = np.arange(count * hertz // rate) / hertz
        wave = np.sin(seconds * 880 * 2 * np.pi) * .5 * (
            (seconds >= beep[0]) & (seconds < beep[1]))
        sound = av.AudioFrame.from_ndarray(
            (wave * 32767).astype(np.int16)[None], 's16', 'mono')
        sound.sample_rate, sound.pts = hertz, 0
        file.mux(tone.encode(sound))
        file.mux(tone.encode())
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


def write_odd_videos(folder):
    """Fill a folder with videos of every odd kind, by name."""
    base, stream = STORED / 'base.mp4', STORED / 'base.ts'
    for path in STORED.iterdir():
        (folder / path.name).symlink_to(path)
    h264, grouped = 'libx264', {'bf': '2', 'g': '20'}
    encode(folder / 'mpeg4.avi', 'mpeg4', options=grouped)
    encode(folder / 'h264.avi', h264, options=grouped)
    encode(folder / 'wmv.wmv', 'wmv2')
    encode(folder / 'program.mpg', 'mpeg2video', options=grouped)
    encode(folder / 'open.mp4', h264, options=grouped | {
        'x264-params': 'open-gop=1'})
    encode(folder / 'flash.flv', 'flv1')
    encode(folder / 'ten_bits.mp4', h264, pix_fmt='yuv420p10le')
    encode(folder / 'gray.mp4', h264, pix_fmt='gray')
    encode(folder / 'alpha.mov', 'png', 9, pix_fmt='rgba')
    encode(folder / 'odd.mkv', 'ffv1', 9, size=(321, 243))
    encode(folder / 'one.mp4', h264, 1)
    encode(folder / 'raw.h264', h264, 9, container={})
    copy(base, folder / 'fragments.mp4', {
        'movflags': 'frag_keyframe+empty_moov+default_base_moof'})
    copy(base, folder / 'live.mkv', {'live': '1'}, 'matroska')
    fast = copy(base, folder / 'fast.mp4', {'movflags': 'faststart'})
    cut(fast, folder / 'cut.mp4', end=.6)
    cut(folder / 'late.mkv', folder / 'cut.mkv', end=.6)
    cut(stream, folder / 'mid_group.ts', .15, unit=188)
    show_by(base, folder / 'vflip.mp4', (1, 0, 0, -1))
    damage(base, folder / 'damaged.mp4', 70)
    damage(base, folder / 'damaged_start.mp4', 0)
    damage(folder / 'mpeg4.avi', folder / 'damaged.avi', 30)
    (folder / 'joined.ts').write_bytes(2 * stream.read_bytes())
