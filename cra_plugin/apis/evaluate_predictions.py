"""Evaluate prediction files against annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.find_annotations import find_annotations
from cra_plugin.annotations.star import VIDEO_FILE
from cra_plugin.errors import InputError, check_choice
from cra_plugin.evaluation.attention_spans import spans_from_attention
from cra_plugin.evaluation.coverage import cover_questions
from cra_plugin.evaluation.prediction_files import (
    read_answers,
    read_attention,
    read_spans,
)
from cra_plugin.evaluation.report import build_report
from cra_plugin.spans.decoding_preset import PRESETS
from cra_plugin.spans.fractional_spans import seconds_from_fractions
from cra_plugin.spans.span_extent import (
    leaves_video,
    refuse_fractions,
)
from cra_plugin.structures.video_question import Span, VideoQuestion
from cra_plugin.utils.key_warning import warn_of_keys

MISSING_BY_PRESET = {'paper': 'wrong', 'release': 'skip'}
# What spans that were decoded elsewhere are called in the report.
GIVEN_SPANS = 'spans'


def evaluate_predictions(annotations: str | Path,
                         split: str,
                         answers: str | Path,
                         spans: str | Path | None = None,
                         normalized: bool = False,
                         attention: str | Path | None = None,
                         decoder: str = 'adaptive',
                         preset: str = 'paper',
                         missing: str | None = None,
                         dataset: str = 'nextgqa') -> dict[str, Any]:
    """Evaluate answers and spans, or answers and frame weights.

    Args:
        annotations (str | Path): The folder of the annotations.
        split (str): The split, such as ``'val'``.
        answers (str | Path): ``{key: {prediction, answer}}``.
        spans (str | Path, optional): ``{key: [start, end]}``. Spans that
            leave their video are counted, named in a warning and scored as
            they are. Either this or ``attention`` is needed. Defaults to
            None.
        normalized (bool): Whether ``spans`` are fractions of the duration,
            which are rounded to 0.1 s, rather than seconds. Defaults to
            False.
        attention (str | Path, optional): ``{key: [T weights]}``. Defaults
            to None.
        decoder (str): The main decoder of ``attention``: ``'window'``,
            ``'adaptive'`` or ``'merged'``. Defaults to 'adaptive'.
        preset (str): ``'paper'`` or ``'release'``: how ``attention`` is
            decoded and what ``missing`` defaults to. Defaults to 'paper'.
        missing (str, optional): What becomes of questions without a
            prediction: they count as ``'wrong'`` or are left out
            (``'skip'``). Defaults to None: 'wrong' for the preset paper,
            'skip' for release.
        dataset (str): The format of the annotations, ``'nextgqa'`` or
            ``'star'``. Defaults to 'nextgqa'.

    Returns:
        dict[str, Any]: See
        :func:`~cra_plugin.evaluation.report.build_report`.

    Raises:
        InputError: If a file is missing or malformed, files contradict each
            other, an argument is none of its choices, or ``spans`` are
            fractions although ``normalized`` is False.
    """
    _check_arguments(spans, normalized, attention, preset)
    annotated = find_annotations(dataset, annotations, split)
    _check_durations(annotated, normalized or attention is not None)
    predicted = read_answers(answers, {q.key: q for q in annotated.questions})
    evidence: Mapping[str, Any] = (
        read_spans(spans, normalized)
        if spans is not None else read_attention(str(attention)))
    coverage = cover_questions(annotated.questions, (predicted, evidence),
                               missing or MISSING_BY_PRESET[preset])
    questions = coverage.questions
    if spans is not None:
        decoder = GIVEN_SPANS
        decoded = {
            decoder: _lay_out(questions, evidence, normalized, str(spans))
        }
    else:
        decoded = spans_from_attention(questions, evidence,
                                       annotated.frame_times, PRESETS[preset],
                                       str(attention))
    chosen = np.array([predicted.get(q.key, -1) for q in questions])
    return build_report(questions, chosen, decoded, decoder,
                        coverage.num_missing, coverage.num_unknown)


def _check_arguments(spans: str | Path | None, normalized: bool,
                     attention: str | Path | None, preset: str) -> None:
    """Refuse arguments that contradict each other or are unknown."""
    if (spans is None) == (attention is None):
        raise InputError('arguments spans and attention',
                         'none' if spans is None else 'both',
                         'one of them', 'give either spans or attention')
    if normalized and spans is None:
        raise InputError('argument normalized', 'attention',
                         'spans, which alone can be fractions',
                         'leave normalized out')
    check_choice('argument preset', preset, tuple(PRESETS))


def _check_durations(annotated: AnnotationSet, needed: bool) -> None:
    """Refuse or name questions whose video has no known duration."""
    unknown = [q.key for q in annotated.questions if q.duration is None]
    if unknown and needed:
        raise InputError(
            annotated.source, f'{len(unknown)} questions without a duration',
            'the seconds of every video, which fractions and frame weights '
            'need', f'put {VIDEO_FILE} beside it (docs/data_preparation.md), '
            'or give --spans in seconds')
    warn_of_keys(unknown, 'questions without a duration: no priors, and '
                 f'spans outside the video are not seen; put {VIDEO_FILE} '
                 'beside the annotations')


def _lay_out(questions: Sequence[VideoQuestion], spans: Mapping[str, Span],
             normalized: bool, where: str) -> np.ndarray:
    """Spans (N, 2) in seconds in the order of the questions, NaN if none."""
    missing = (np.nan, np.nan)
    rows = np.array([spans.get(q.key, missing) for q in questions])
    durations = np.array([q.duration for q in questions], dtype=np.float64)
    if normalized:
        rows = seconds_from_fractions(rows, durations)
    else:
        refuse_fractions(where, rows, durations)
    outside = np.flatnonzero(leaves_video(rows, durations)).tolist()
    warn_of_keys([questions[row].key for row in outside],
                 'spans that leave their video by more than a second, '
                 'scored as they are')
    return rows
