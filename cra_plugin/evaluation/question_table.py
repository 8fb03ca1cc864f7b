"""Annotated questions as arrays, made once for all metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.counted import counted


@dataclass(frozen=True)
class QuestionTable:
    """The truth about N questions, each with up to G spans.

    Attributes:
        answers (np.ndarray, optional): (N,) indices of the right choices;
            None where no question has one.
        spans (np.ndarray, optional): (N, G, 2) ground-truth spans in
            seconds; None where no question has one.
        span_mask (np.ndarray): (N, G) bool, False at padding.
        durations (np.ndarray): (N,) seconds, NaN where unknown.
        types (np.ndarray): (N,) question types.
        videos (np.ndarray): (N,) index of the video.
    """

    answers: np.ndarray | None
    spans: np.ndarray | None
    span_mask: np.ndarray
    durations: np.ndarray
    types: np.ndarray
    videos: np.ndarray

    @classmethod
    def from_questions(cls,
                       questions: Sequence[VideoQuestion]) -> QuestionTable:
        """Lay out questions.

        Args:
            questions (Sequence[VideoQuestion]): Questions that all have an
                answer, or none has, and that all have a span, or none has.

        Returns:
            QuestionTable: The table, in the order of the questions.

        Raises:
            InputError: If there is no question, none has anything to
                compare with, or some lack what others have.
        """
        _check(questions)
        spans, mask = _lay_out_spans(questions)
        _, videos = np.unique([question.video_id for question in questions],
                              return_inverse=True)
        return cls(
            answers=None if questions[0].answer is None else np.array(
                [question.answer for question in questions]),
            spans=spans if spans.size else None,
            span_mask=mask,
            durations=np.array([question.duration for question in questions],
                               dtype=np.float64),
            types=np.array([question.type for question in questions]),
            videos=videos)


def _check(questions: Sequence[VideoQuestion]) -> None:
    """Refuse questions that cannot be evaluated."""
    if not questions:
        raise InputError('questions to evaluate', 'none', 'at least one')
    unanswered = [q.key for q in questions if q.answer is None]
    spanless = [q.key for q in questions if not q.spans]
    if len(unanswered) == len(spanless) == len(questions):
        raise InputError(
            f'the {counted(len(questions), "question")} to evaluate',
            'neither answers nor ground-truth spans', 'either',
            'evaluate a split whose answers are public')
    for keys, what, expected in (
            (unanswered, 'no answer', 'the right choice'),
            (spanless, 'no ground-truth span', 'at least one')):
        if 0 < len(keys) < len(questions):
            raise InputError(
                f'question {keys[0]}', what,
                f'{expected}, as {len(questions) - len(keys)} other '
                'questions have', 'evaluate a split that has it for all '
                'questions, or for none')


def _lay_out_spans(
        questions: Sequence[VideoQuestion]) -> tuple[np.ndarray, np.ndarray]:
    """Spans (N, G, 2) of questions, and a mask (N, G) of the real ones."""
    counts = np.array([len(question.spans) for question in questions])
    spans = np.zeros((len(questions), counts.max(), 2))
    mask = np.arange(counts.max()) < counts[:, None]
    if mask.any():
        spans[mask] = [span for q in questions for span in q.spans]
    return spans, mask
