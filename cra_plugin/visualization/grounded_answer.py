"""An answer with the seconds that should prove it, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.spans.geometry import best_overlaps
from cra_plugin.structures.video_question import Span, VideoQuestion


@dataclass(frozen=True)
class GroundedAnswer:
    """What a model says of a question.

    Attributes:
        question (VideoQuestion): The question; its right answer, spans and
            duration are shown where they are known.
        frame_times (np.ndarray): (T,) seconds of the frames, in order.
        frame_weights (np.ndarray): (T,) weights of the frames, at least 0.
        spans (dict[str, Span]): Name of a decoder to its (start, end) in
            seconds; drawn in this order.
        predicted (int): Index of the predicted choice.

    Raises:
        InputError: If shapes do not match, a number is not finite, or there
            is no such choice.
    """

    question: VideoQuestion
    frame_times: np.ndarray
    frame_weights: np.ndarray
    spans: dict[str, Span]
    predicted: int

    def __post_init__(self) -> None:
        where = f'GroundedAnswer of {self.question.key}'
        times, weights = self.frame_times, self.frame_weights
        if np.ndim(times) != 1 or np.shape(times) != np.shape(weights) or (
                not len(times)):
            raise InputError(
                f'{where}, frame_weights',
                f'shape {np.shape(weights)} for times {np.shape(times)}',
                'a weight for each of at least one frame')
        for name, values in (('frame_times', times),
                             ('frame_weights', weights),
                             ('spans', list(self.spans.values()))):
            if not np.isfinite(np.asarray(values)).all():
                raise InputError(f'{where}, {name}', 'nan or infinity',
                                 'finite numbers')
        if not 0 <= self.predicted < len(self.question.choices):
            raise InputError(f'{where}, predicted', str(self.predicted),
                             f'0 to {len(self.question.choices) - 1}')

    @property
    def duration(self) -> float:
        """Seconds that cover the video and all that is drawn."""
        ends = [end for _, end in self.question.spans]
        ends += [end for _, end in self.spans.values()]
        known = self.question.duration or 0.
        return float(max(known, *self.frame_times, *ends, 1e-3))

    def overlaps(self, span: Span) -> tuple[float, float]:
        """Return the best IoP and IoU of a span with the ground truth."""
        truth = np.array(self.question.spans, dtype=float).reshape(1, -1, 2)
        mask = np.ones(truth.shape[:2], dtype=bool)
        iop, iou = best_overlaps(np.array([span], dtype=float), truth, mask)
        return float(iop[0]), float(iou[0])
