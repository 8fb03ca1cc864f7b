"""What a page of results shows of every question, as plain JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.evaluation.metrics import question_overlaps
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.evaluation.record_values import NO_ANSWER
from cra_plugin.spans.frame_weights import without_overflow
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.visualization.type_names import spell_out

# Digits behind the point of seconds and of overlaps.
SECONDS_DIGITS, OVERLAP_DIGITS = 2, 3
# Digits in all, of weights and scores, which may be of any size.
DIGITS = 3


def build_report_data(joined: JoinedPredictions,
                      video_urls: Mapping[str, str]) -> dict[str, Any]:
    """Collect what is shown of the questions.

    Args:
        joined (JoinedPredictions): N questions and what was predicted.
        video_urls (Mapping[str, str]): Video to where its file is, of those
            that have one; empty where no videos are shown.

    Returns:
        dict[str, Any]: ``decoders`` (names), ``main`` (index of the main
        one), ``types`` (type to what it is called), ``videos`` (video to
        ``duration``, ``times`` and ``url``, each null where not known) and
        ``questions``, in the order of the annotations. A question has
        ``key``, ``video``, ``type``, ``text``, ``choices``, ``answer``,
        ``predicted`` (null where there is none), ``right`` (null where not
        known), ``scores``, ``truth`` (spans), ``weights``, and for each
        decoder a list of ``spans``, the ``iop`` and the ``iou``.
    """
    questions = joined.questions
    names = list(joined.candidates)
    counted = [joined.protocol.select(joined.candidates[name])
               for name in names]
    table = QuestionTable.from_questions(questions)
    overlaps = []
    if table.spans is not None:
        overlaps = [np.stack(question_overlaps(
            table.spans, table.span_mask, spans), 1) for spans in counted]
    spans = list(map(_spans_by_question, counted))
    return {
        'decoders': names,
        'main': names.index(joined.decoder) if names else 0,
        'types': {kind: spell_out(kind) for kind in dict.fromkeys(
            question.type for question in questions)},
        'videos': _videos(joined, video_urls),
        'questions': [
            _question(row, question, joined, [each[row] for each in spans],
                      np.array([each[row] for each in overlaps]))
            for row, question in enumerate(questions)],
    }


def _videos(joined: JoinedPredictions,
            video_urls: Mapping[str, str]) -> dict[str, Any]:
    """What is known of each video."""
    times = joined.frame_times if joined.predicted.attention else {}
    return {
        question.video_id: {
            'duration': question.duration,
            'times': _round(times.get(question.video_id), SECONDS_DIGITS),
            'url': video_urls.get(question.video_id),
        } for question in joined.questions}


def _question(row: int, question: VideoQuestion, joined: JoinedPredictions,
              spans: list[Any], overlaps: np.ndarray) -> dict[str, Any]:
    """What is shown of one question."""
    predicted = NO_ANSWER if joined.answers is None else joined.answers[row]
    fits = overlaps.reshape(-1, 2)
    return {
        'key': question.key,
        'video': question.video_id,
        'type': question.type,
        'text': question.question,
        'choices': question.choices,
        'answer': question.answer,
        'predicted': None if predicted == NO_ANSWER else int(predicted),
        'right': None if joined.answers is None or question.answer is None
        else bool(predicted == question.answer),
        'scores': _shorten(joined.predicted.scores.get(question.key)),
        'truth': question.spans,
        'weights': _shorten(joined.predicted.attention.get(question.key)),
        'spans': spans,
        'iop': _round(fits[:, 0], OVERLAP_DIGITS),
        'iou': _round(fits[:, 1], OVERLAP_DIGITS),
    }


def _spans_by_question(spans: CandidateSpans) -> list[list[list[float]]]:
    """The spans of each question, which has none where they are missing."""
    rounded = spans.spans.round(SECONDS_DIGITS)
    return [rounded[start:start + count].tolist()
            for start, count in zip(spans.starts, spans.counts)]


def _round(values: np.ndarray | None, digits: int) -> list[float] | None:
    """Numbers with so many digits behind the point."""
    return None if values is None else np.round(
        np.asarray(values, dtype=np.float64), digits).tolist()


def _shorten(values: np.ndarray | None) -> list[float] | None:
    """Numbers of ``DIGITS`` digits in all."""
    return None if values is None else [
        float(f'{value:.{DIGITS}g}') for value in without_overflow(values)]
