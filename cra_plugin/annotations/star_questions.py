"""STAR's questions, ``STAR_{split}.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.spans.span_extent import TOLERANCE_SECONDS
from cra_plugin.structures.video_question import Span, VideoQuestion
from cra_plugin.utils.counted import counted
from cra_plugin.utils.json_file import is_seconds, read_json_list

NUM_CHOICES = 4
TYPES = ('Interaction', 'Sequence', 'Prediction', 'Feasibility')


def read_questions(path: str | Path) -> list[VideoQuestion]:
    """Read the questions of one split.

    The format is that of https://bobbywu.com/STAR: a list of ``{question_id,
    question, video_id, start, end, answer, choices: [{choice_id, choice},
    ...]}`` with four choices and seconds. Further keys, such as the question
    programs and the situation graphs, are left alone.

    Args:
        path (str | Path): ``STAR_{train,val,test}.json``.

    Returns:
        list[VideoQuestion]: The questions in the file's order, their choices
        in the order of ``choice_id``. ``type`` is what stands before the
        first underscore of ``question_id``, ``qid`` the whole of it. Where a
        choice occurs twice, the first one is the answer. The answer is None
        and the spans are empty where the file has none (or null). Durations
        are unknown.

    Raises:
        InputError: If the file is missing, empty or malformed.
    """
    questions: list[VideoQuestion] = []
    seen: dict[str, int] = {}
    for index, entry in enumerate(read_json_list(path)):
        question = _parse_entry(f'{path}, entry {index}', entry)
        first_index = seen.setdefault(question.qid, index)
        if first_index != index:
            raise InputError(
                f'{path}, entry {index}, field question_id',
                f'{question.qid!r} again (first in entry {first_index})',
                'a question_id once', 'delete or renumber one of the entries')
        questions.append(question)
    if not questions:
        raise InputError(path, 'an empty list', 'one entry per question',
                         'copy the file again')
    return questions


def _parse_entry(where: str, entry: Any) -> VideoQuestion:
    """Make a question of an entry."""
    if not isinstance(entry, dict):
        raise InputError(where, describe(entry),
                         'an object with question_id, question, ...',
                         'use the JSON of STAR')
    qid = _read_text(where, entry, 'question_id')
    question_type, underscore, _ = qid.partition('_')
    if question_type not in TYPES or not underscore:
        raise InputError(f'{where}, field question_id', describe(qid),
                         f'one of {", ".join(TYPES)}, an underscore, a number',
                         'use the JSON of STAR')
    where = f'{where}, question {qid!r}'
    choices = _parse_choices(where, entry.get('choices'))
    return VideoQuestion(
        video_id=_read_text(where, entry, 'video_id'),
        qid=qid,
        question=_read_text(where, entry, 'question'),
        choices=choices,
        answer=_parse_answer(where, entry, choices),
        type=question_type,
        spans=_parse_spans(where, entry))


def _read_text(where: str, entry: dict[str, Any], field: str) -> str:
    """Read a field that holds a text."""
    value = entry.get(field)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f'{where}, field {field}',
                         _describe(entry, field), 'a text that is not empty',
                         f'fill in {field}')
    try:
        value.encode()
    except UnicodeEncodeError:
        # JSON can spell half a surrogate pair, no other file can.
        raise InputError(f'{where}, field {field}', describe(value),
                         'a text of whole characters',
                         f'spell {field} again') from None
    return value


def _parse_choices(where: str, value: Any) -> tuple[str, ...]:
    """Check the choices and put them in the order of their identifiers."""
    where = f'{where}, field choices'
    if not isinstance(value, list) or len(value) != NUM_CHOICES:
        found = (counted(len(value), 'choice')
                 if isinstance(value, list) else describe(value))
        raise InputError(where, found, f'a list of {NUM_CHOICES} objects '
                         '{choice_id, choice}', 'use the JSON of STAR')
    choices: dict[int, str] = {}
    for position, choice in enumerate(value):
        inside = f'{where}, choice {position}'
        if not isinstance(choice, dict):
            raise InputError(inside, describe(choice),
                             'an object {choice_id, choice}',
                             'use the JSON of STAR')
        identifier = choice.get('choice_id')
        # type() and not isinstance(): true is no identifier.
        if type(identifier) is not int or identifier in choices:
            raise InputError(f'{inside}, field choice_id',
                             _describe(choice, 'choice_id'),
                             'a whole number that no other choice has',
                             f'number the choices 0 to {NUM_CHOICES - 1}')
        choices[identifier] = _read_text(inside, choice, 'choice')
    return tuple(choices[identifier] for identifier in sorted(choices))


def _parse_answer(where: str, entry: dict[str, Any],
                  choices: tuple[str, ...]) -> int | None:
    """Find the answer among the choices."""
    if entry.get('answer') is None:
        return None
    answer = _read_text(where, entry, 'answer')
    if answer not in choices:
        raise InputError(f'{where}, field answer', describe(answer),
                         f'one of the choices {describe(choices, 400)}',
                         'copy the text of the right choice')
    return choices.index(answer)


def _parse_spans(where: str, entry: dict[str, Any]) -> tuple[Span, ...]:
    """Check the one span; an end after the video cannot be seen here."""
    if entry.get('start') is None and entry.get('end') is None:
        return ()
    start = _read_seconds(where, entry, 'start')
    end = _read_seconds(where, entry, 'end')
    if start > end:
        raise InputError(f'{where}, fields start and end',
                         f'{start:g} to {end:g}', 'start <= end',
                         'swap the two')
    if start < -TOLERANCE_SECONDS:
        raise InputError(f'{where}, field start', f'{start:g}',
                         f'at least 0 s (more or less {TOLERANCE_SECONDS:g} '
                         's)', 'correct the start')
    return ((start, end), )


def _read_seconds(where: str, entry: dict[str, Any], field: str) -> float:
    """Read a field that holds a time."""
    value = entry.get(field)
    if not is_seconds(value):
        raise InputError(f'{where}, field {field}', _describe(entry, field),
                         'a finite number of seconds',
                         'give start and end, or neither')
    return float(value)


def _describe(entry: dict[str, Any], field: str) -> str:
    """Say what a field holds, for messages."""
    return describe(entry[field]) if field in entry else 'no such field'
