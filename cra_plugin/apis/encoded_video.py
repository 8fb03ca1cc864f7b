"""A video that was encoded once, for any number of questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor


@dataclass(frozen=True, eq=False)
class EncodedVideo:
    """What a model keeps of a video.

    Attributes:
        name (str): What results call it: the stem of its file.
        frame_states (Tensor): (T, d), on the CPU: what the model's
            ``encode_frames`` returned.
        frame_times (np.ndarray): (T,) seconds since the first frame.
        duration (float, optional): Seconds; None where nobody said, so that
            times are fractions of it.
        source (Path, optional): Its file or folder, None for arrays.
    """

    name: str
    frame_states: Tensor
    frame_times: np.ndarray
    duration: float | None
    source: Path | None = None
