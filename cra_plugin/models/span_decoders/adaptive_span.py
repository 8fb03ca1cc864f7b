"""Post-hoc spans: grown from the peak while the weights stay high."""

from __future__ import annotations

import numpy as np

from cra_plugin.models.span_decoders.base import SpanDecoder
from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.span_decoding import decode_adaptive


@TASK_UTILS.register_module()
class AdaptiveSpan(SpanDecoder):
    """Grow from the largest weight while ``w / (1 + dt / distance)`` is high.

    Args:
        distance (float): Seconds within which a span bridges low frames.
            Defaults to 10.0.
        ratio (float): Threshold as a multiple of the mean weight. Defaults
            to 1.3.
        visit_first_frame (bool): The released code never visits frame 0.
            Defaults to True.
        clip (bool): Clip to the video. Defaults to True.
    """

    def __init__(self,
                 distance: float = 10.0,
                 ratio: float = 1.3,
                 visit_first_frame: bool = True,
                 clip: bool = True) -> None:
        super().__init__(clip)
        self.distance = distance
        self.ratio = ratio
        self.visit_first_frame = visit_first_frame

    def decode(self, weights: np.ndarray, times: np.ndarray,
               durations: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        """Decode; see :func:`decode_adaptive`."""
        return decode_adaptive(weights, times, self.distance, self.ratio,
                               self.visit_first_frame, mask)
