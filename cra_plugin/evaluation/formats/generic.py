"""Predictions in no project's own format: JSON, JSON Lines or csv.

Entries say which question they are about by its key, or by video and qid;
fields are found by the names that are in use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.examples import show_examples
from cra_plugin.evaluation.formats.given_spans import is_span
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    ABSENT,
    FIELDS,
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.question_index import QuestionIndex

# Around all entries.
WRAPPERS = ('data', 'predictions', 'results')
KEY_FIELDS = ('key', 'vid_qid', 'video_qid')
VIDEO_FIELDS = ('video_id', 'video', 'vid', 'video_name', 'video_uid')
QID_FIELDS = ('qid', 'question_id')
# May be a running number: taken where nothing else names the question.
LAST_FIELDS = ('id', 'uid')
ANSWER_FIELDS = ('prediction', 'pred', 'pred_answer', 'predicted_answer',
                 'pred_choice', 'predicted')
SCORE_FIELDS = ('scores', 'pred_scores', 'probs', 'probabilities', 'logits')
TRUTH_FIELDS = ('answer', 'truth', 'target', 'label', 'gt_answer')
SPAN_FIELDS = ('span', 'spans', 'pred_span', 'pred_spans', 'window',
               'pred_window', 'segment')
# Of each span; what is called conf alone may be that of the answer.
CONFIDENCE_FIELDS = ('span_conf', 'span_confidences', 'span_scores')
BOUND_FIELDS = (('start', 'end'), ('pred_start', 'pred_end'),
                ('start_time', 'end_time'))
WEIGHT_FIELDS = ('attention', 'weights', 'frame_weights')


def read_generic(file: PredictionFile, questions: QuestionIndex,
                 kind: Kind) -> Iterator[PredictionRecord]:
    """Read predictions of questions.

    Args:
        file (PredictionFile): ``{key: value}``, ``{video: {qid: value}}``, or
            a list, lines or rows of objects that name their question. A value
            is an object or what was predicted alone.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): What values are that are no objects.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If an entry names no question, or has two fields for one
            thing that differ.
    """
    content = _unwrap(file.content, questions)
    if isinstance(content, dict):
        for where, key, value in _by_key(file, content, questions,
                                         kind):
            yield _record(where, key, value, kind)
        return
    entries = PredictionFile(file.path, content, file.places).entries()
    for where, entry in entries:
        if not isinstance(entry, dict):
            raise InputError(where, describe(entry),
                             show_examples(kind, questions),
                             'name the question of each entry')
        fields = {name.strip().lower(): value
                  for name, value in entry.items()}
        if file.places and all(
                isinstance(value, str) for value in fields.values()):
            fields = {name: _cell(value) for name, value in fields.items()}
        key = _key_of(where, fields, questions, kind)
        yield _record(f'{where}, question {key}', key, fields, kind)


def _unwrap(content: Any, questions: QuestionIndex) -> Any:
    """Take the entries out of ``{"data": ...}``; a lone entry is a list."""
    if not isinstance(content, dict):
        return content
    names = set(content)
    for wrapper in WRAPPERS:
        if wrapper in names and wrapper not in questions.by_key and isinstance(
                content[wrapper], (dict, list)):
            return content[wrapper]
    one = {name.lower() for name in names}
    if one & {*KEY_FIELDS, *QID_FIELDS, *LAST_FIELDS} and one & {
            *ANSWER_FIELDS, *SCORE_FIELDS, *SPAN_FIELDS, *WEIGHT_FIELDS}:
        return [content]
    return content


def _by_key(file: PredictionFile, content: dict[str, Any],
            questions: QuestionIndex,
            kind: Kind) -> Iterator[tuple[str, str, Any]]:
    """Go through ``{key: value}`` or ``{video: {qid: value}}``."""
    for name, value in content.items():
        if (name in questions.videos and name not in questions.by_key
                and isinstance(value, dict)):
            for qid, inner in value.items():
                where = f'{file.path}, question {name}_{qid}'
                yield where, questions.find_pair(where, name, qid), inner
        elif (isinstance(value, dict)
              and questions.find(f'{file.path}', name) not in questions.by_key
              and value.keys() & {*KEY_FIELDS, *QID_FIELDS}):
            # The keys are running numbers.
            where = f'{file.path}, entry {name}'
            key = _key_of(where, value, questions, kind)
            yield f'{where}, question {key}', key, value
        else:
            where = f'{file.path}, question {name}'
            yield where, questions.find(where, name), value


def _cell(text: str) -> Any:
    """The value of a cell: JSON where it looks like a list or an object."""
    if text[:1] in ('[', '{'):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _key_of(where: str, fields: dict[str, Any], questions: QuestionIndex,
            kind: Kind) -> str:
    """Find the question that an entry is about."""
    video_field, video = _pick(where, fields, VIDEO_FIELDS)
    qid_field, qid = _pick(where, fields, QID_FIELDS)
    if video_field and qid_field:
        return questions.find_pair(
            f'{where}, fields {video_field} and {qid_field}', video, qid)
    for names in (KEY_FIELDS, QID_FIELDS, LAST_FIELDS):
        name, key = _pick(where, fields, names)
        if name:
            return questions.find(f'{where}, field {name}', key)
    raise InputError(where, f'the fields {describe(list(fields))}',
                     'what names the question: '
                     f'{show_examples(kind, questions)}')


def _record(where: str, key: str, value: Any, kind: Kind) -> PredictionRecord:
    """What an entry says of its question."""
    if not isinstance(value, dict):
        return PredictionRecord(
            where, key, value, answer_field='', **{FIELDS[kind]: value},
            scores=value if kind is Kind.ANSWERS else ABSENT)
    answer_field, answer = _pick(where, value, ANSWER_FIELDS)
    spans = _spans_of(where, value)
    if answer_field == 'pred' and is_span(answer) and spans is ABSENT:
        # Some write either into this field.
        answer_field, spans, answer = '', answer, ABSENT
    if answer is ABSENT:
        answer_field, answer = _pick(where, value, SCORE_FIELDS)
    scores = next((value[name] for name in SCORE_FIELDS if name in value),
                  answer)
    truth_field, truth = _pick(where, value, TRUTH_FIELDS)
    return PredictionRecord(
        where, key, value, answer, truth, spans,
        _pick(where, value, WEIGHT_FIELDS)[1], scores,
        answer_field=answer_field, truth_field=truth_field,
        confidences=_pick(where, value, CONFIDENCE_FIELDS)[1])


def _spans_of(where: str, fields: dict[str, Any]) -> Any:
    """The spans of an entry, in a field or as two."""
    name, spans = _pick(where, fields, SPAN_FIELDS)
    if name:
        return None if spans == '' else spans
    for pair in BOUND_FIELDS:
        if all(name in fields for name in pair):
            start, end = (_number(fields[name]) for name in pair)
            return None if start is end is None else [start, end]
    return ABSENT


def _number(value: Any) -> Any:
    """The number of a cell; None of an empty one."""
    if not isinstance(value, str):
        return value
    try:
        return float(value) if value else None
    except ValueError:
        return value


def _pick(where: str, fields: dict[str, Any],
          names: Sequence[str]) -> tuple[str, Any]:
    """The first field of some names, and its value.

    Two of them that differ are refused: which one counts is not known.
    """
    found = [name for name in names if name in fields]
    if not found:
        return '', ABSENT
    for other in found[1:]:
        if fields[other] != fields[found[0]]:
            raise InputError(
                where, f'the fields {found[0]} and {other}, which differ',
                'one of them', 'leave the other out')
    return found[0], fields[found[0]]
