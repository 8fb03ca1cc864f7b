"""Predicted spans of any unit as seconds, in the order of the questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cra_plugin.evaluation.prediction_set import PredictionSet
from cra_plugin.spans.fractional_spans import seconds_from_fractions
from cra_plugin.spans.span_extent import leaves_video, refuse_fractions
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.key_warning import warn_of_keys


def lay_out_spans(questions: Sequence[VideoQuestion],
                  predicted: PredictionSet, where: str) -> np.ndarray:
    """Take the first span of each question; name what is odd.

    Args:
        questions (Sequence[VideoQuestion]): N questions, with durations where
            a span is a fraction.
        predicted (PredictionSet): What was predicted.
        where (str): The file of the spans, for messages.

    Returns:
        np.ndarray: (N, 2) seconds, NaN where there is no span.

    Raises:
        InputError: If all spans must be fractions although seconds are
            expected.
    """
    given = [predicted.spans.get(question.key) for question in questions]
    rows = np.array([spans[0] if spans else (np.nan, np.nan)
                     for spans in given])
    durations = np.array([q.duration for q in questions], dtype=np.float64)
    fractions = np.array([q.key in predicted.fractions for q in questions])
    rows[fractions] = seconds_from_fractions(rows[fractions],
                                             durations[fractions])
    refuse_fractions(where, rows[~fractions], durations[~fractions])
    outside = leaves_video(rows, durations)
    for chosen, what in (
            ([spans == [] for spans in given],
             'questions for which no span was predicted, IoP and IoU 0'),
            ([len(spans or []) > 1 for spans in given],
             'questions with several spans, of which the first counts'),
            (outside, 'spans that leave their video by more than a second, '
             'scored as they are')):
        warn_of_keys([question.key for question, yes in zip(questions, chosen)
                      if yes], what)
    return rows
