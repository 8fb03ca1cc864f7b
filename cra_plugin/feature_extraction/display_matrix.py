"""Turning and mirroring frames as their file says that they are shown."""

from __future__ import annotations

import struct
from typing import Any

import av
import numpy as np

from cra_plugin.feature_extraction.video_reader import VideoError

# Of the frame (x, y) as stored: x' = a x + c y, y' = b x + d y.
Turn = tuple[int, int, int, int]
UPRIGHT: Turn = (1, 0, 0, 1)


def read_turn(frame: av.VideoFrame) -> Turn:
    """Read how a frame is turned and mirrored.

    Args:
        frame (av.VideoFrame): A decoded frame.

    Returns:
        Turn: Signs of the matrix ``(a, b, c, d)``, one of eight.

    Raises:
        VideoError: If the matrix is not made of quarter turns and mirrors.
    """
    data: Any = frame.side_data.get('DISPLAYMATRIX')
    if data is None:
        return UPRIGHT
    a, b, _, c, d = struct.unpack('=9i', bytes(data))[:5]
    if not any((a, b, c, d)):
        return UPRIGHT  # what says nothing turns nothing
    signs = (_sign(a, b), _sign(b, a), _sign(c, d), _sign(d, c))
    if abs(signs[0]) + abs(signs[2]) != 1 or abs(signs[1]) + abs(
            signs[3]) != 1 or abs(signs[0]) + abs(signs[1]) != 1:
        raise VideoError('it is to be shown slanted: the display matrix is '
                         f'{a}, {b}, {c}, {d}')
    return signs


def _sign(value: int, other: int) -> int:
    """Give the sign of a value that is not small against another."""
    if abs(value) <= abs(other) / 50:
        return 0
    return 1 if value > 0 else -1


def turn(image: np.ndarray, signs: Turn) -> np.ndarray:
    """Turn and mirror pixels.

    Args:
        image (np.ndarray): (H, W, C) as stored.
        signs (Turn): See :func:`read_turn`.

    Returns:
        np.ndarray: (H, W, C) or (W, H, C) as shown, contiguous.
    """
    a, b, c, d = signs
    if b or c:
        image = image.transpose(1, 0, 2)
    return np.ascontiguousarray(
        image[::-1 if b + d < 0 else 1, ::-1 if a + c < 0 else 1])
