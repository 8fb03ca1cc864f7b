"""Annotated questions as arrays, made once for all metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import VideoQuestion


@dataclass(frozen=True)
class QuestionTable:
    """The truth about N questions, each with up to G spans.

    Attributes:
        answers (np.ndarray): (N,) indices of the right choices.
        spans (np.ndarray): (N, G, 2) ground-truth spans in seconds.
        span_mask (np.ndarray): (N, G) bool, False at padding.
        durations (np.ndarray): (N,) seconds, NaN where unknown.
        types (np.ndarray): (N,) question types.
        videos (np.ndarray): (N,) index of the video.
        pairs (np.ndarray): (P, 2) indices of the questions of every pair
            on one video.
    """

    answers: np.ndarray
    spans: np.ndarray
    span_mask: np.ndarray
    durations: np.ndarray
    types: np.ndarray
    videos: np.ndarray
    pairs: np.ndarray

    @classmethod
    def from_questions(cls,
                       questions: Sequence[VideoQuestion]) -> QuestionTable:
        """Lay out questions.

        Args:
            questions (Sequence[VideoQuestion]): Questions with an answer and
                at least one span each.

        Returns:
            QuestionTable: The table, in the order of the questions.

        Raises:
            InputError: If there is no question, or one has no answer or no
                span.
        """
        _check(questions)
        num_spans = max(len(question.spans) for question in questions)
        spans = np.zeros((len(questions), num_spans, 2))
        counts = np.array([len(question.spans) for question in questions])
        mask = np.arange(num_spans) < counts[:, None]
        spans[mask] = [span for q in questions for span in q.spans]
        _, videos = np.unique([question.video_id for question in questions],
                              return_inverse=True)
        return cls(
            answers=np.array([question.answer for question in questions]),
            spans=spans,
            span_mask=mask,
            durations=np.array([question.duration for question in questions],
                               dtype=np.float64),
            types=np.array([question.type for question in questions]),
            videos=videos,
            pairs=_pairs_within(videos))


def _check(questions: Sequence[VideoQuestion]) -> None:
    """Refuse questions that cannot be evaluated."""
    if not questions:
        raise InputError('questions to evaluate', 'none', 'at least one')
    for question in questions:
        if question.answer is None:
            raise InputError(f'question {question.key}', 'no answer',
                             'the right choice',
                             'evaluate a split whose answers are public')
        if not question.spans:
            raise InputError(f'question {question.key}',
                             'no ground-truth span', 'at least one',
                             'evaluate a split that has spans')


def _pairs_within(groups: np.ndarray) -> np.ndarray:
    """Indices (P, 2) of all pairs with equal ``groups`` (N,)."""
    order = np.argsort(groups, kind='stable')
    ordered = groups[order]
    pairs = [np.empty((0, 2), dtype=np.int64)]
    # Sorted, the members of a group are neighbours: shift by 1, 2, ...
    for shift in range(1, len(groups)):
        same = ordered[shift:] == ordered[:-shift]
        if not same.any():
            break
        pairs.append(
            np.stack([order[:-shift][same], order[shift:][same]], 1))
    return np.concatenate(pairs)
