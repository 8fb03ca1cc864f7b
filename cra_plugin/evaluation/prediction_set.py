"""Predictions of any format, joined with the questions and checked."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.examples import show_examples
from cra_plugin.evaluation.formats.format_table import choose_format
from cra_plugin.evaluation.formats.prediction_file import read_prediction_file
from cra_plugin.evaluation.formats.prediction_record import (
    ABSENT,
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.evaluation.record_values import (
    record_answers,
    record_confidences,
    record_scores,
    record_spans,
    record_weights,
)
from cra_plugin.structures.video_question import Span


@dataclass
class PredictionSet:
    """What was predicted, by the keys of questions, unknown ones included.

    Attributes:
        answers (dict[str, int]): The predicted choice, -1 where the model
            named none. Defaults to {}.
        spans (dict[str, list[Span]]): The predicted spans, best first; empty
            where the model named none. Defaults to {}.
        fractions (set[str]): The questions whose spans are fractions of the
            duration rather than seconds. Defaults to none.
        union (set[str]): The questions whose spans count together rather
            than the first alone. Defaults to none.
        confidences (dict[str, list[float]]): One for each of the spans,
            where files of spans have them. Defaults to {}.
        attention (dict[str, np.ndarray]): (T,) weights of the frames.
            Defaults to {}.
        scores (dict[str, np.ndarray]): (M,) scores of the choices, where
            files of answers have them. Defaults to {}.
    """

    answers: dict[str, int] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    fractions: set[str] = field(default_factory=set)
    union: set[str] = field(default_factory=set)
    confidences: dict[str, list[float]] = field(default_factory=dict)
    attention: dict[str, np.ndarray] = field(default_factory=dict)
    scores: dict[str, np.ndarray] = field(default_factory=dict)

    def by_kind(self) -> dict[Kind, Collection[str]]:
        """Give the questions of which something is known.

        Returns:
            dict[Kind, Collection[str]]: Kind to keys.
        """
        return {Kind.ANSWERS: self.answers, Kind.SPANS: self.spans,
                Kind.ATTENTION: self.attention}


def read_given_predictions(files: Mapping[Kind, Any],
                           questions: QuestionIndex,
                           normalized: bool = False,
                           format_name: str | None = None) -> PredictionSet:
    """Read files of answers and of spans, or one that has both.

    Args:
        files (Mapping[Kind, Any]): Kind to a file or several. What has no
            file is taken from those of another kind, where they have it.
        questions (QuestionIndex): The annotated questions.
        normalized (bool): As :func:`read_prediction_set`. Defaults to False.
        format_name (str, optional): As :func:`read_prediction_set`. Defaults
            to None.

    Returns:
        PredictionSet: What was predicted.

    Raises:
        InputError: As :func:`read_prediction_set`.
    """
    whole = PredictionSet()
    evidence = {Kind.SPANS, Kind.ATTENTION} & files.keys()
    for kind, paths in files.items():
        also = [each for each in (Kind.ANSWERS, Kind.SPANS)
                if each not in files and not (each is Kind.SPANS and evidence)]
        part = read_prediction_set(paths, kind, questions, also, normalized,
                                   format_name)
        whole.answers.update(part.answers)
        whole.spans.update(part.spans)
        whole.fractions |= part.fractions
        whole.union |= part.union
        whole.confidences.update(part.confidences)
        whole.attention.update(part.attention)
        whole.scores.update(part.scores)
    return whole


def read_prediction_set(paths: str | Path | Sequence[str | Path],
                        kind: Kind,
                        questions: QuestionIndex,
                        also: Collection[Kind] = (),
                        normalized: bool = False,
                        format_name: str | None = None) -> PredictionSet:
    """Read the files of one prediction.

    Args:
        paths (str | Path | Sequence[str | Path]): A file, or several that a
            run wrote in parts.
        kind (Kind): What every entry must have.
        questions (QuestionIndex): The annotated questions.
        also (Collection[Kind]): What is read besides, where entries have it.
            Defaults to ().
        normalized (bool): Whether spans are fractions of the duration where
            the format does not tell. Defaults to False.
        format_name (str, optional): A format. Defaults to None: that of the
            content.

    Returns:
        PredictionSet: What was predicted.

    Raises:
        InputError: If a file is missing or malformed, an entry lacks what it
            must have, or two of one question differ.
    """
    several = [paths] if isinstance(paths, (str, Path)) else paths
    records: dict[str, PredictionRecord] = {}
    for path in several:
        file = read_prediction_file(path)
        chosen = choose_format(file, format_name)
        units = set()
        for record in chosen.read(file, questions, kind):
            _add(records, record, kind, questions)
            units.add(record.normalized)
        if Kind.SPANS in (kind, *also):
            _tell_unit(path, chosen.name, units)
    for each in also:
        if any(record.value(each) is not ABSENT
               for record in records.values()):
            records = {key: record.with_none(each)
                       for key, record in records.items()}
    return _interpret(list(records.values()), (kind, *also), questions,
                      normalized)


def _interpret(records: Sequence[PredictionRecord], wanted: Collection[Kind],
               questions: QuestionIndex, normalized: bool) -> PredictionSet:
    """Read the values of the wanted kinds."""
    found = PredictionSet()
    if Kind.ANSWERS in wanted:
        found.answers = record_answers(records, questions)
        found.scores = record_scores(records, questions)
    if Kind.SPANS in wanted:
        found.spans, found.fractions = record_spans(records, normalized,
                                                    questions)
        found.union = {each.key for each in records if each.union}
        found.confidences = record_confidences(records, found.spans)
    if Kind.ATTENTION in wanted:
        found.attention = record_weights(records, questions)
    return found


def _tell_unit(path: str | Path, name: str, units: set[bool | None]) -> None:
    """Say which unit a format has taken the spans to be in."""
    for normalized in units - {None}:
        unit = 'fractions of the duration' if normalized else 'seconds'
        logging.getLogger('cra_plugin').warning(
            'note: %s is read as %s, whose spans are %s', path, name, unit)


def _add(records: dict[str, PredictionRecord], record: PredictionRecord,
         kind: Kind, questions: QuestionIndex) -> None:
    """Keep a record that has what it must, and no other of its question."""
    if record.value(kind) is ABSENT:
        raise InputError(record.where, describe(record.raw),
                         show_examples(kind, questions),
                         _absence(record, kind))
    first = records.setdefault(record.key, record)
    # Samplers of several processes repeat some questions.
    if first is not record and not _is_same(first, record):
        raise InputError(record.where, f'another prediction of question '
                         f'{record.key} than in {first.where}',
                         'one for each question', 'delete one of the two')


def _is_same(first: PredictionRecord, second: PredictionRecord) -> bool:
    """Whether two records predict the same; NaN equals NaN here."""
    try:
        return all(repr(first.value(kind)) == repr(second.value(kind))
                   for kind in Kind)
    except RecursionError:
        return False


def _absence(record: PredictionRecord, kind: Kind) -> str:
    """What may be the matter with a record that lacks what it must have."""
    others = [each.value for each in Kind
              if record.value(each) is not ABSENT]
    if others:
        return f'give files of {others[0]} as --{others[0]}'
    if kind is Kind.ANSWERS and record.truth is not ABSENT:
        return (f'write what the model chose into a field prediction; '
                f'{record.truth_field} is the right choice')
    return ''
