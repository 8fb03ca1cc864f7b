"""Draws the frames of a rendered video, and writes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.simulation.rendered_world import (
    COLORS,
    GRAY,
    MovingShape,
    RenderedVideo,
)
from cra_plugin.utils.files import atomic_path, check_room

# Of the side of the picture.
RADIUS = 0.28
CODEC = 'mp4v'
# The smallest videos have some kilobytes.
_LEAST_BYTES = 2**16
# Parts by their corners around the center, in radii; the others are round.
POLYGONS: dict[str, list[Any]] = {
    'bar': [[(-1, -.25), (1, -.25), (1, .25), (-1, .25)]],
    'pole': [[(-.25, -1), (.25, -1), (.25, 1), (-.25, 1)]],
    'cross': [[(-.9, -.6), (-.6, -.9), (.9, .6), (.6, .9)],
              [(.9, -.6), (.6, -.9), (-.9, .6), (-.6, .9)]],
    'dots': [[(x - .3, y - .3), (x + .3, y - .3), (x + .3, y + .3),
              (x - .3, y + .3)] for x in (-.65, .65) for y in (-.65, .65)],
}


def draw_frames(video: RenderedVideo, size: int,
                fps: int) -> Iterator[np.ndarray]:
    """Draw the frames of a video in order.

    Args:
        video (RenderedVideo): What is to be seen.
        size (int): Height and width in pixels.
        fps (int): Frames a second.

    Yields:
        np.ndarray: (size, size, 3) uint8, RGB.
    """
    for index in range(video.duration * fps):
        frame = np.full((size, size, 3), video.ground, np.uint8)
        # A frame shows the middle of the time for which it is shown.
        time = (index + 0.5) / fps
        for shape in video.shapes:
            start, end = shape.span
            if start <= time <= end:
                _draw(frame, shape, (time - start) / (end - start))
        yield frame


def write_video(video: RenderedVideo, path: Path, size: int,
                fps: int) -> None:
    """Write a video file.

    Args:
        video (RenderedVideo): What is to be seen.
        path (Path): The file; its suffix says the container.
        size (int): Height and width in pixels.
        fps (int): Frames a second.

    Raises:
        InputError: If OpenCV cannot write such files here, or the disk is
            full.
    """
    check_room(path, _LEAST_BYTES)
    with atomic_path(path) as temporary:
        writer = cv2.VideoWriter(
            str(temporary), cv2.VideoWriter.fourcc(*CODEC), fps, (size, size))
        if not writer.isOpened():
            raise InputError(path, f'no encoder for {CODEC} in OpenCV',
                             'an OpenCV with FFmpeg',
                             'pip install opencv-python-headless')
        for frame in draw_frames(video, size, fps):
            writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
        writer.release()
        # OpenCV does not say that a disk is full.
        written = cv2.VideoCapture(str(temporary)).get(
            cv2.CAP_PROP_FRAME_COUNT)
        if written != video.duration * fps:
            raise InputError(
                path, f'{max(written, 0):.0f} of {video.duration * fps} '
                'frames after writing', 'all of them', 'make room on the '
                'disk, or name another --out')


def _draw(frame: np.ndarray, shape: MovingShape, progress: float) -> None:
    """Draw one shape where it is after a fraction of its way."""
    (x0, y0), (x1, y1) = shape.path
    side = frame.shape[0]
    center: np.ndarray = side * np.array(
        [x0 + progress * (x1 - x0), y0 + progress * (y1 - y0)])
    radius = RADIUS * side
    color = COLORS.get(shape.color, GRAY)
    for corners in POLYGONS.get(shape.shape, ()):
        points = center + radius * np.array(corners)
        cv2.fillPoly(frame, [points.round().astype(np.int32)], color,
                     cv2.LINE_AA)
    if shape.shape not in POLYGONS:
        thickness = -1 if shape.shape == 'circle' else max(
            2, round(radius / 4))
        cv2.circle(frame, center.round().astype(int).tolist(), round(radius),
                   color, thickness, cv2.LINE_AA)
