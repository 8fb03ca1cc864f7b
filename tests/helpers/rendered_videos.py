"""Videos rendered on the spot: a square that moves to the right."""

import struct
from pathlib import Path

import cv2
import numpy as np


def draw_frame(index, num_frames, size=(64, 48), shade=60):
    """A bright square on a plain ground; (H, W, 3) uint8, RGB."""
    width, height = size
    frame = np.full((height, width, 3), (shade, 90, 30), np.uint8)
    left = int((width - 16) * index / max(num_frames - 1, 1))
    frame[height // 2 - 8:height // 2 + 8, left:left + 16] = (230, 40, 40)
    return frame


def write_video(path: Path, num_frames=40, fps=10, size=(64, 48), shade=60,
                codec='mp4v'):
    """Render a video; give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps,
                             size)
    assert writer.isOpened()
    for index in range(num_frames):
        frame = draw_frame(index, num_frames, size, shade)
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def rotate(path: Path):
    """Say in a file that it is shown turned by 90 degrees clockwise."""
    content = bytearray(path.read_bytes())
    # The matrix of the track's header follows 40 bytes of other fields.
    at = content.index(b'tkhd') + 4 + 40
    content[at:at + 36] = struct.pack(
        '>9i', 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path


def square_position(frame):
    """Where the middle of the square is, as a fraction of its way."""
    columns = np.flatnonzero(frame[frame.shape[0] // 2, :, 0] > 150)
    return (columns.mean() - 7.5) / (frame.shape[1] - 16)
