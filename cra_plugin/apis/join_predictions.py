"""Read predictions and annotations, and join them question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.formats import find_annotations, get_format
from cra_plugin.errors import InputError, check_choice
from cra_plugin.evaluation.attention_spans import spans_from_attention
from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.coverage import cover_questions
from cra_plugin.evaluation.formats.prediction_record import Kind
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.evaluation.prediction_set import (
    PredictionSet,
    read_given_predictions,
)
from cra_plugin.evaluation.protocols.protocol_report import (
    evaluate_protocols,
    name_protocols,
)
from cra_plugin.evaluation.protocols.protocol_table import PROTOCOLS
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.evaluation.record_values import NO_ANSWER
from cra_plugin.evaluation.span_layout import check_spans, lay_out_spans
from cra_plugin.spans.decoding_preset import PRESETS
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.counted import counted
from cra_plugin.utils.key_warning import warn_of_keys

PROTOCOL_BY_PRESET = {'paper': 'nextgqa-all', 'release': 'nextgqa'}
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
                     protocol: str | None = None,
                     protocols: Sequence[str] = ()) -> JoinedPredictions:
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
    _check_arguments(files, normalized, preset, protocol)
    names = name_protocols(protocols)
    main = PROTOCOLS[protocol or PROTOCOL_BY_PRESET[preset]]
    annotated = find_annotations(dataset, annotations, split,
                                 require_spans={*files} != {Kind.ANSWERS})
    advice = get_format(dataset).durations
    _check_truth(annotated, files, normalized, advice)
    predicted = read_given_predictions(
        files, QuestionIndex(annotated.questions), normalized, file_format)
    kinds = [keys for kind, keys in predicted.by_kind().items()
             if keys or kind in files]
    coverage = cover_questions(annotated.questions, kinds,
                               missing or main.missing)
    _check_durations(annotated, predicted, advice)
    candidates = _lay_out_candidates(
        coverage.questions, predicted, annotated.frame_times, preset,
        _name(files, Kind.ATTENTION))
    if GIVEN_SPANS in candidates:
        decoder = GIVEN_SPANS
        check_spans(coverage.questions, predicted, candidates[decoder],
                    _name(files, Kind.SPANS), main)
    unparsed = _warn_of_unparsed(coverage.questions, predicted)
    joined = JoinedPredictions(
        coverage, predicted, _lay_out_answers(coverage.questions, predicted),
        candidates, decoder, annotated.frame_times, unparsed, main)
    if not names:
        return joined
    questions = annotated.questions
    if len(coverage.questions) < len(questions):
        candidates = _lay_out_candidates(
            questions, predicted, annotated.frame_times, preset, '')
    return replace(joined, protocols=evaluate_protocols(
        names, QuestionTable.from_questions(questions),
        _lay_out_answers(questions, predicted), candidates.get(decoder),
        coverage.covered))


def _lay_out_candidates(
        questions: Sequence[VideoQuestion], predicted: PredictionSet,
        frame_times: Mapping[str, np.ndarray], preset: str,
        where: str) -> dict[str, CandidateSpans]:
    """All spans by the decoder; those of files are ``GIVEN_SPANS``."""
    if predicted.attention:
        decoded = spans_from_attention(questions, predicted.attention,
                                       frame_times, PRESETS[preset], where)
        return {name: CandidateSpans.from_array(each)
                for name, each in decoded.items()}
    if predicted.spans:
        return {GIVEN_SPANS: lay_out_spans(questions, predicted)}
    return {}


def _check_arguments(files: Mapping[Kind, Files], normalized: bool,
                     preset: str, protocol: str | None) -> None:
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
    if protocol is not None:
        check_choice('argument protocol', protocol, tuple(PROTOCOLS))


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
            annotated.source,
            f'{counted(len(unknown), "question")} without a duration',
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
            'without a duration: no priors, and spans outside the video are '
            f'not seen; {advice}')


def _lay_out_answers(questions: Sequence[VideoQuestion],
                     predicted: PredictionSet) -> np.ndarray | None:
    """Answers (N,), -1 where there is none; None where none is predicted."""
    if not predicted.answers:
        return None
    return np.array([predicted.answers.get(question.key, NO_ANSWER)
                     for question in questions])


def _warn_of_unparsed(questions: Sequence[VideoQuestion],
                      predicted: PredictionSet) -> int:
    """Name the questions whose answer could not be read off an output."""
    unparsed = [question.key for question in questions
                if predicted.answers.get(question.key) == NO_ANSWER]
    warn_of_keys(unparsed, 'whose answer is -1 or null, counted as wrong')
    return len(unparsed)


def _name(files: Mapping[Kind, Files], kind: Kind) -> str:
    """The files of a kind, for messages."""
    paths = files.get(kind, next(iter(files.values())))
    several = [paths] if isinstance(paths, (str, Path)) else paths
    return ', '.join(map(str, several))
