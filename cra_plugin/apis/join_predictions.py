"""Read predictions and annotations, and join them question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.formats import find_annotations, get_format
from cra_plugin.errors import InputError, check_choice
from cra_plugin.evaluation.attention_spans import spans_from_attention
from cra_plugin.evaluation.coverage import cover_questions
from cra_plugin.evaluation.formats.prediction_record import Kind
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.evaluation.prediction_set import (
    PredictionSet,
    read_given_predictions,
)
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.evaluation.record_values import NO_ANSWER
from cra_plugin.evaluation.span_layout import SEVERAL_RULES, lay_out_spans
from cra_plugin.spans.decoding_preset import PRESETS
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.key_warning import warn_of_keys

MISSING_BY_PRESET = {'paper': 'wrong', 'release': 'skip'}
# What spans that were decoded elsewhere are called in the report.
GIVEN_SPANS = 'spans'
# One file, or several that a run wrote in parts.
Files = str | Path | Sequence[str | Path]


def join_predictions(annotations: str | Path,
                     split: str,
                     answers: Files | None = None,
                     spans: Files | None = None,
                     normalized: bool = False,
                     attention: Files | None = None,
                     decoder: str = 'adaptive',
                     preset: str = 'paper',
                     missing: str | None = None,
                     dataset: str = 'nextgqa',
                     file_format: str | None = None,
                     several: str | None = None) -> JoinedPredictions:
    """Read answers, spans or frame weights, whichever are given.

    The arguments are those of
    :func:`~cra_plugin.apis.evaluate_predictions.evaluate_predictions`.

    Returns:
        JoinedPredictions: The questions with their predictions.

    Raises:
        InputError: As there.
    """
    files = {kind: paths for kind, paths in (
        (Kind.ANSWERS, answers), (Kind.SPANS, spans),
        (Kind.ATTENTION, attention)) if paths is not None}
    _check_arguments(files, normalized, preset, several)
    annotated = find_annotations(dataset, annotations, split,
                                 require_spans={*files} != {Kind.ANSWERS})
    advice = get_format(dataset).durations
    _check_truth(annotated, files, normalized, advice)
    predicted = read_given_predictions(
        files, QuestionIndex(annotated.questions), normalized, file_format)
    kinds = [keys for kind, keys in predicted.by_kind().items()
             if keys or kind in files]
    coverage = cover_questions(annotated.questions, kinds,
                               missing or MISSING_BY_PRESET[preset])
    _check_durations(annotated, predicted, advice)
    decoded: Mapping[str, np.ndarray] = {}
    if predicted.attention:
        decoded = spans_from_attention(
            coverage.questions, predicted.attention, annotated.frame_times,
            PRESETS[preset], _name(files, Kind.ATTENTION))
    elif predicted.spans:
        decoder = GIVEN_SPANS
        decoded = {decoder: lay_out_spans(
            coverage.questions, predicted, _name(files, Kind.SPANS),
            several)}
    chosen, num_unparsed = _lay_out_answers(coverage.questions, predicted)
    return JoinedPredictions(coverage, predicted, chosen, decoded, decoder,
                             annotated.frame_times, num_unparsed)


def _check_arguments(files: Mapping[Kind, Files], normalized: bool,
                     preset: str, several: str | None) -> None:
    """Refuse arguments that contradict each other or are unknown."""
    if not files:
        raise InputError('arguments answers, spans and attention', 'none',
                         'at least one of them', 'name a file of predictions')
    if {Kind.SPANS, Kind.ATTENTION} <= files.keys():
        raise InputError('arguments spans and attention', 'both',
                         'one of them', 'give either spans or attention')
    if normalized and Kind.ATTENTION in files:
        raise InputError('argument normalized', 'attention',
                         'spans, which alone can be fractions',
                         'leave normalized out')
    check_choice('argument preset', preset, tuple(PRESETS))
    if several is not None:
        check_choice('argument several', several, SEVERAL_RULES)


def _check_truth(annotated: AnnotationSet, files: Mapping[Kind, Files],
                 normalized: bool, advice: str) -> None:
    """Refuse annotations that lack what the files are compared with."""
    if Kind.ANSWERS in files and all(
            question.answer is None for question in annotated.questions):
        raise InputError(
            annotated.source, 'no answers', 'the right choice of each '
            'question', 'evaluate a split whose answers are public, or give '
            'spans without --answers')
    if normalized or Kind.ATTENTION in files:
        _require_durations(annotated, advice)


def _require_durations(annotated: AnnotationSet, advice: str) -> None:
    """Refuse questions whose video has no known duration."""
    unknown = [q.key for q in annotated.questions if q.duration is None]
    if unknown:
        raise InputError(
            annotated.source, f'{len(unknown)} questions without a duration',
            'the seconds of every video, which fractions and frame weights '
            'need', f'{advice}, or give --spans in seconds')


def _check_durations(annotated: AnnotationSet,
                     predicted: PredictionSet, advice: str) -> None:
    """Refuse fractions, and name spans, of videos of unknown duration."""
    if predicted.fractions:
        _require_durations(annotated, advice)
    if predicted.spans:
        warn_of_keys(
            [q.key for q in annotated.questions if q.duration is None],
            'questions without a duration: no priors, and spans outside the '
            f'video are not seen; {advice}')


def _lay_out_answers(
        questions: Sequence[VideoQuestion],
        predicted: PredictionSet) -> tuple[np.ndarray | None, int]:
    """Answers (N,), -1 where there is none, and how many say so."""
    if not predicted.answers:
        return None, 0
    unparsed = [question.key for question in questions
                if predicted.answers.get(question.key) == NO_ANSWER]
    warn_of_keys(unparsed, 'questions whose answer is -1 or null, counted as '
                 'wrong')
    chosen = [predicted.answers.get(question.key, NO_ANSWER)
              for question in questions]
    return np.array(chosen), len(unparsed)


def _name(files: Mapping[Kind, Files], kind: Kind) -> str:
    """The files of a kind, for messages."""
    paths = files.get(kind, next(iter(files.values())))
    several = [paths] if isinstance(paths, (str, Path)) else paths
    return ', '.join(map(str, several))
