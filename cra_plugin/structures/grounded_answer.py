"""An answer with the seconds that should prove it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.spans.geometry import best_overlaps
from cra_plugin.structures.video_question import Span, VideoQuestion


@dataclass(frozen=True)
class GroundedAnswer:
    """What a model says of a question.

    Attributes:
        question (VideoQuestion): The question, with its right answer, spans
            and duration where they are known.
        frame_times (np.ndarray): (T,) times of the frames, in order.
        frame_weights (np.ndarray, optional): (T,) weights of the frames;
            None where the model has none.
        scores (np.ndarray, optional): (M,) probabilities of the choices; by
            name alone. Defaults to None.
        spans (dict[str, Span]): Decoder to (start, end), in order.
        predicted (int): Index of the predicted choice; -1 where there were
            none, so that the question was only grounded, or none was named.
        candidate_weights (np.ndarray, optional): (M, T) weights of every
            choice. Defaults to None: one for all.
        candidate_spans (tuple[Span, ...]): M spans of the main decoder, of
            every choice. Defaults to ().

    Times are seconds, or see :attr:`normalized`.

    Raises:
        InputError: If shapes do not match, a number is not finite, or there
            is no such choice.
    """

    question: VideoQuestion
    frame_times: np.ndarray
    frame_weights: np.ndarray | None
    scores: np.ndarray | None = field(default=None, kw_only=True)
    spans: dict[str, Span]
    predicted: int
    candidate_weights: np.ndarray | None = None
    candidate_spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        where = f'prediction of question {self.question.key}'
        num_frames = len(self.frame_times)
        if np.ndim(self.frame_times) != 1 or not num_frames:
            raise InputError(f'{where}, field frame_times',
                             f'the shape {np.shape(self.frame_times)}',
                             'the times of at least one frame')
        if self.frame_weights is not None:
            if np.shape(self.frame_weights) != (num_frames, ):
                raise InputError(
                    f'{where}, field frame_weights',
                    f'the shape {np.shape(self.frame_weights)}',
                    f'({num_frames},), one for each frame time',
                    'cut the padding off')
            _check_finite(f'{where}, field frame_weights', self.frame_weights)
        if self.scores is not None:
            _check_finite(f'{where}, field scores', self.scores)
        _check_finite(f'{where}, field frame_times', self.frame_times)
        for name, span in self.spans.items():
            _check_finite(f'{where}, span {name}', np.asarray(span))
        if not -1 <= self.predicted < len(self.question.choices):
            raise InputError(f'{where}, predicted choice',
                             str(self.predicted),
                             f'0 to {len(self.question.choices) - 1}, or -1 '
                             'for none')

    @property
    def normalized(self) -> bool:
        """Whether times are fractions of a duration that is not known."""
        # Else the times of the frames are seconds of a longer video.
        return self.question.duration is None and self.frame_times[-1] <= 1

    @property
    def duration(self) -> float:
        """Seconds that cover the video and all that is said of it."""
        ends = [end for _, end in self.question.spans]
        ends += [end for _, end in self.spans.values()]
        ends += [end for _, end in self.candidate_spans]
        known = self.question.duration or float(self.normalized)
        return float(max(known, *self.frame_times, *ends, 1e-3))

    def overlaps(self, span: Span) -> tuple[float, float]:
        """Return the best IoP and IoU of a span with the ground truth."""
        truth = np.array(self.question.spans, dtype=float).reshape(1, -1, 2)
        mask = np.ones(truth.shape[:2], dtype=bool)
        iop, iou = best_overlaps(np.array([span], dtype=float), truth, mask)
        return float(iop[0]), float(iou[0])


def _check_finite(where: str, values: np.ndarray) -> None:
    """Refuse NaN and infinity."""
    if not np.isfinite(values).all():
        index = int(np.isfinite(values).argmin())
        raise InputError(where, f'{values.flat[index]} at index {index}',
                         'finite numbers',
                         'look for diverged weights or features with NaN')
