"""Bring predicted spans of any unit to seconds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.prediction_set import PredictionSet
from cra_plugin.evaluation.protocols.protocol import Protocol
from cra_plugin.evaluation.protocols.protocol_table import DEFAULT
from cra_plugin.spans.fractional_spans import seconds_from_fractions
from cra_plugin.spans.span_extent import leaves_video, refuse_fractions
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.key_warning import warn_of_keys


def lay_out_spans(questions: Sequence[VideoQuestion],
                  predicted: PredictionSet) -> CandidateSpans:
    """Lay out all spans that were predicted.

    Args:
        questions (Sequence[VideoQuestion]): N questions, with durations where
            a span is a fraction.
        predicted (PredictionSet): What was predicted.

    Returns:
        CandidateSpans: Those of the N questions, in seconds.
    """
    keys = [question.key for question in questions]
    given = [predicted.spans.get(key, ()) for key in keys]
    counts = np.array([len(spans) for spans in given], dtype=np.int64)
    spans = np.array(list(chain.from_iterable(given)),
                     dtype=np.float64).reshape(-1, 2)
    confidences = np.full(len(spans), np.nan)
    if predicted.confidences:
        confidences = np.array([
            each for key, count in zip(keys, counts)
            for each in predicted.confidences.get(key) or [np.nan] * count])
    durations = np.repeat(_durations(questions), counts)
    fractions = np.repeat([key in predicted.fractions for key in keys], counts)
    spans[fractions] = seconds_from_fractions(spans[fractions],
                                              durations[fractions])
    segments = np.array([key in predicted.union for key in keys], dtype=bool)
    return CandidateSpans(spans, counts, confidences, segments)


def check_spans(questions: Sequence[VideoQuestion], predicted: PredictionSet,
                candidates: CandidateSpans, where: str,
                protocol: Protocol = DEFAULT) -> None:
    """Name what is odd about the spans that count.

    Args:
        questions (Sequence[VideoQuestion]): N questions.
        predicted (PredictionSet): What was predicted.
        candidates (CandidateSpans): As :func:`lay_out_spans` gives.
        where (str): The file of the spans, for messages.
        protocol (Protocol): Tells which spans count. Defaults to
            nextgqa-all.

    Raises:
        InputError: If all spans must be fractions although seconds are
            expected.
    """
    hulls = protocol.select(candidates).hulls()
    durations = _durations(questions)
    fractions = np.array([q.key in predicted.fractions for q in questions])
    refuse_fractions(where, hulls[~fractions], durations[~fractions])
    several = candidates.counts > 1
    together = candidates.segments & (protocol is DEFAULT)
    none = np.array([predicted.spans.get(q.key) == [] for q in questions])
    for chosen, what in (
            (none, 'for which no span was predicted, IoP and IoU 0'),
            (several & ~together, f'with several spans, {protocol.several}'),
            (several & together, 'with several spans, which count together'),
            (leaves_video(hulls, durations), 'with a span outside the video '
             'by more than a second, scored as it is')):
        warn_of_keys([question.key for question, yes in zip(questions, chosen)
                      if yes], what)


def _durations(questions: Sequence[VideoQuestion]) -> np.ndarray:
    """Seconds (N,), NaN where unknown."""
    return np.array([q.duration for q in questions], dtype=np.float64)
