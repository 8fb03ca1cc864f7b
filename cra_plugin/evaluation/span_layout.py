"""Bring predicted spans of any unit to seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cra_plugin.evaluation.prediction_set import PredictionSet
from cra_plugin.spans.fractional_spans import seconds_from_fractions
from cra_plugin.spans.geometry import span_hulls
from cra_plugin.spans.span_extent import leaves_video, refuse_fractions
from cra_plugin.structures.video_question import Span, VideoQuestion
from cra_plugin.utils.key_warning import warn_of_keys

# How several spans of a question count.
SEVERAL_RULES = ('first', 'union')


def lay_out_spans(questions: Sequence[VideoQuestion],
                  predicted: PredictionSet,
                  where: str,
                  several: str | None = None) -> np.ndarray:
    """Take what counts of each question; name what is odd.

    Args:
        questions (Sequence[VideoQuestion]): N questions, with durations where
            a span is a fraction.
        predicted (PredictionSet): What was predicted.
        where (str): The file of the spans, for messages.
        several (str, optional): Of several spans the ``'first'`` counts, or
            their ``'union'``. Defaults to None: as the format has it.

    Returns:
        np.ndarray: (N, 2) seconds, NaN where there is no span; (N, S, 2)
        where several of a question count together.

    Raises:
        InputError: If all spans must be fractions although seconds are
            expected.
    """
    given = [predicted.spans.get(question.key) for question in questions]
    together = [several == 'union' or (
        several is None and question.key in predicted.union)
                for question in questions]
    counted = [_merge(spans or []) if union else (spans or [])[:1]
               for spans, union in zip(given, together)]
    rows = _pad(counted)
    durations = np.array([q.duration for q in questions], dtype=np.float64)
    fractions = np.array([q.key in predicted.fractions for q in questions])
    rows[fractions] = seconds_from_fractions(
        rows[fractions], durations[fractions, None])
    hulls = span_hulls(rows)
    refuse_fractions(where, hulls[~fractions], durations[~fractions])
    many = [len(spans or []) > 1 for spans in given]
    for chosen, what in (
            ([spans == [] for spans in given],
             'questions for which no span was predicted, IoP and IoU 0'),
            ([each and not union for each, union in zip(many, together)],
             'questions with several spans, of which the first counts'),
            ([each and union for each, union in zip(many, together)],
             'questions with several spans, which count together'),
            (leaves_video(hulls, durations),
             'spans that leave their video by more than a second, scored as '
             'they are')):
        warn_of_keys([question.key for question, yes in zip(questions, chosen)
                      if yes], what)
    return rows[:, 0] if rows.shape[1] == 1 else rows


def _merge(spans: Sequence[Span]) -> list[Span]:
    """Spans that cover the same, in order and apart."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _pad(spans: Sequence[Sequence[Span]]) -> np.ndarray:
    """Lay spans out as (N, S, 2), at least one each, NaN at padding."""
    size = max([1, *map(len, spans)])
    rows = np.full((len(spans), size, 2), np.nan)
    for row, each in enumerate(spans):
        rows[row, :len(each)] = np.reshape(each, (-1, 2))
    return rows
