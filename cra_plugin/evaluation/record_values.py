"""Interpret what files say of questions: answers, spans, weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.answer_notation import (
    GivenAnswer,
    plain_text,
    read_given_answers,
)
from cra_plugin.evaluation.formats.examples import show_examples
from cra_plugin.evaluation.formats.given_spans import read_given_spans
from cra_plugin.evaluation.formats.prediction_record import (
    ABSENT,
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.json_file import is_number

# Of a question whose answer could not be read off the model's output.
NO_ANSWER = -1


def record_answers(records: Iterable[PredictionRecord],
                   questions: QuestionIndex) -> dict[str, int]:
    """Read the answers of the records that have one.

    Args:
        records (Iterable[PredictionRecord]): One for each question.
        questions (QuestionIndex): The annotated questions.

    Returns:
        dict[str, int]: Key to the index of a choice, ``NO_ANSWER`` where the
        model named none. Of unknown questions what is no index is none.

    Raises:
        InputError: If an answer is no choice, or what a file takes for the
            right choice is not the annotated one.
    """
    found: dict[str, int] = {}
    given: dict[str, GivenAnswer] = {}
    for record in records:
        if record.answer is ABSENT:
            continue
        # Of an unknown question no choices are known, so an index stays.
        found[record.key] = (record.answer if type(record.answer) is int
                             and record.answer >= 0 else NO_ANSWER)
        question = questions.by_key.get(record.key)
        if question is not None:
            given[record.key] = GivenAnswer(
                _field(record, record.answer_field), record.answer,
                record.choices or question.choices, record.free_text)
            _check_truth(record, questions)
    chosen = read_given_answers(list(given.values()),
                                show_examples(Kind.ANSWERS, questions))
    for (key, answer), index in zip(given.items(), chosen):
        found[key] = _annotated_index(answer.choices, index,
                                      questions.by_key[key].choices)
    return found


def _annotated_index(choices: Sequence[str], index: int,
                     annotated: Sequence[str]) -> int:
    """The annotated index of a choice of a file."""
    if index == NO_ANSWER or choices == annotated:
        return index
    return [*map(plain_text, annotated)].index(plain_text(choices[index]))


def _field(record: PredictionRecord, name: str) -> str:
    """Where a field of a record is."""
    return f'{record.where}, field {name}' if name else record.where


def _check_truth(record: PredictionRecord, questions: QuestionIndex) -> None:
    """Compare what a file takes for the right choice with the annotation."""
    question = questions.by_key[record.key]
    if (record.truth is ABSENT or record.truth is None
            or question.answer is None):
        return
    where = _field(record, record.truth_field)
    choices = record.choices or question.choices
    readings = GivenAnswer(where, record.truth, choices).readings().values()
    found = {_annotated_index(choices, index, question.choices)
             for index in readings if NO_ANSWER <= index < len(choices)}
    if not {question.answer, NO_ANSWER} & found:
        text = question.choices[question.answer]
        raise InputError(
            where, describe(record.truth),
            f'{question.answer}, the index of {text!r}',
            'predict with the choices in the order of the annotations')


def record_spans(
        records: Iterable[PredictionRecord], normalized: bool,
        questions: QuestionIndex) -> tuple[dict[str, list[Span]], set[str]]:
    """Read the spans of the records that have a field for them.

    Args:
        records (Iterable[PredictionRecord]): One for each question.
        normalized (bool): Whether spans are fractions of the duration where
            the format does not tell.
        questions (QuestionIndex): The annotated questions.

    Returns:
        tuple[dict[str, list[Span]], set[str]]: Key to spans, empty where
        there is none, and the keys whose spans are fractions.

    Raises:
        InputError: If a span is malformed, or in seconds although
            ``normalized`` is set.
    """
    example = show_examples(Kind.SPANS, questions)
    found: dict[str, list[Span]] = {}
    fractions: set[str] = set()
    for record in records:
        if record.spans is ABSENT:
            continue
        if normalized and record.normalized is False:
            raise InputError(
                record.where, 'spans in seconds, as this format has them',
                'fractions of the duration', 'leave --normalized out')
        is_fraction = bool(normalized or record.normalized)
        found[record.key] = read_given_spans(
            record.where, record.spans, is_fraction, example)
        if is_fraction:
            fractions.add(record.key)
    return found, fractions


def record_confidences(
        records: Iterable[PredictionRecord],
        spans: Mapping[str, Sequence[Span]]) -> dict[str, list[float]]:
    """Read how confident the model was of each span, where files say so.

    Args:
        records (Iterable[PredictionRecord]): One for each question.
        spans (Mapping[str, Sequence[Span]]): Key to the spans, as
            :func:`record_spans` reads them.

    Returns:
        dict[str, list[float]]: Key to a number for each of the spans.

    Raises:
        InputError: If there is not one finite number for each span.
    """
    found = {}
    for record in records:
        given: Any = record.confidences
        count = len(spans.get(record.key, ()))
        if given is ABSENT or given is None or not count:
            continue
        values = given if isinstance(given, list) else [given]
        if len(values) != count or not all(map(is_number, values)):
            raise InputError(
                record.where, f'the confidences {describe(given)}',
                f'a finite number for each of the {count} spans',
                'leave the confidences out where there are none')
        found[record.key] = [float(value) for value in values]
    return found


def record_weights(records: Iterable[PredictionRecord],
                   questions: QuestionIndex) -> dict[str, np.ndarray]:
    """Read the weights of the frames of the records that have them.

    Args:
        records (Iterable[PredictionRecord]): One for each question.
        questions (QuestionIndex): The annotated questions.

    Returns:
        dict[str, np.ndarray]: Key to (T,) weights.

    Raises:
        InputError: If weights are no list of finite numbers.
    """
    found = {}
    for record in records:
        weights: Any = record.weights
        if weights is ABSENT:
            continue
        if (not isinstance(weights, list) or not weights
                or not all(map(is_number, weights))):
            raise InputError(
                record.where, describe(weights),
                'a list of finite numbers, one for each frame: '
                f'{show_examples(Kind.ATTENTION, questions)}')
        found[record.key] = np.array(weights, dtype=np.float64)
    return found


def record_scores(records: Iterable[PredictionRecord],
                  questions: QuestionIndex) -> dict[str, np.ndarray]:
    """Read the scores of the choices, of the records that have them.

    They are shown, not evaluated: what is no score for each choice, or
    stands in a field that means something else, is left out.

    Args:
        records (Iterable[PredictionRecord]): One for each question.
        questions (QuestionIndex): The annotated questions.

    Returns:
        dict[str, np.ndarray]: Key to the (M,) scores of the choices, in the
        order of the annotations.
    """
    found = {}
    for record in records:
        scores, question = record.scores, questions.by_key.get(record.key)
        if (question is not None and isinstance(scores, list)
                and len(scores) == len(question.choices)
                and all(map(is_number, scores))):
            found[record.key] = np.array(scores, dtype=np.float64)
    return found
