"""Pre-hoc spans: the best small window of frames around the peak."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cra_plugin.errors import check_choice
from cra_plugin.models.span_decoders.base import SpanDecoder
from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.span_decoding import (
    WINDOW_SCORES,
    WINDOW_UNITS,
    decode_window,
)


@TASK_UTILS.register_module()
class WindowSpan(SpanDecoder):
    """The window of some widths that holds the peak and scores best.

    Args:
        widths (Sequence[int]): Widths in frames. Defaults to (1, 3, 5).
        score (str): ``'excess'``, ``'sum'`` (released) or ``'mean'``.
            Defaults to 'excess'.
        unit (str): One step is a ``'frame'`` or, as released, the ``'gap'``
            between two. Defaults to 'frame'.
        decimals (int, optional): Round to so many decimals of a second, as
            NExT-GQA's evaluator does. Defaults to None, no rounding.
        clip (bool): Clip to the video. Defaults to True.
    """

    def __init__(self,
                 widths: Sequence[int] = (1, 3, 5),
                 score: str = 'excess',
                 unit: str = 'frame',
                 decimals: int | None = None,
                 clip: bool = True) -> None:
        super().__init__(clip)
        field = 'model.span_decoders.window'
        check_choice(f'{field}.score', score, WINDOW_SCORES)
        check_choice(f'{field}.unit', unit, WINDOW_UNITS)
        self.widths = tuple(widths)
        self.score = score
        self.unit = unit
        self.decimals = decimals

    def decode(self, weights: np.ndarray, times: np.ndarray,
               durations: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        """Decode; see :func:`decode_window`."""
        spans = decode_window(weights, self.widths, self.score, self.unit,
                              mask, durations)
        return spans if self.decimals is None else spans.round(self.decimals)
