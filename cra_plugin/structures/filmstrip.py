"""Some frames of a video, to be shown beside its answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Filmstrip:
    """Frames that stand for equal parts of a video.

    Attributes:
        images (list[np.ndarray]): N frames (H, W, 3), uint8 RGB, all of one
            size: those shown in the middle of each part.
        duration (float): Seconds of the video.
    """

    images: list[np.ndarray]
    duration: float
