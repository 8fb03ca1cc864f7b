"""Questions of one's own, read into an :class:`AnnotationSet`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.answer_column import (
    AnswerCell,
    read_answer_column,
)
from cra_plugin.annotations.grounded_qa_fields import (
    read_choices,
    read_duration,
    read_spans,
    read_text_field,
)
from cra_plugin.annotations.record_file import (
    READERS,
    Record,
    read_records,
)
from cra_plugin.errors import InputError, describe
from cra_plugin.spans.span_extent import TOLERANCE_SECONDS
from cra_plugin.structures.video_question import VideoQuestion


def read_grounded_qa(path: str | Path) -> AnnotationSet:
    """Read questions of any source.

    Each record has ``video``, ``question``, ``choices`` (any number) and,
    each of them optional, ``answer`` (text or index, from 0), ``spans`` (one
    or several, seconds), ``duration`` (seconds), ``type`` and ``qid`` (the
    number of the question within its video otherwise). Further fields are
    left alone. docs/your_data.md has an example of each format.

    Args:
        path (str | Path): ``.csv``, ``.json`` or ``.jsonl``.

    Returns:
        AnnotationSet: The questions in the file's order.

    Raises:
        InputError: If the file is missing or malformed, a key occurs twice,
            or records contradict each other.
    """
    records = read_records(path)
    choices = [read_choices(*record) for record in records]
    answers = _read_answers(path, records, choices)
    questions: list[VideoQuestion] = []
    durations: dict[str, float] = {}
    asked: Counter[str] = Counter()
    seen: dict[str, str] = {}
    for record, texts, answer in zip(records, choices, answers):
        where, fields = record
        video = read_text_field(where, fields, 'video')
        question = VideoQuestion(
            video_id=video,
            qid=_read_optional(where, fields, 'qid', str(asked[video])),
            question=read_text_field(where, fields, 'question'),
            choices=texts,
            answer=answer,
            type=_read_optional(where, fields, 'type', ''),
            spans=read_spans(where, fields),
            duration=read_duration(where, fields))
        asked[video] += 1
        _check_key(where, question, seen)
        _note_duration(where, question, durations)
        questions.append(question)
    return AnnotationSet(questions, source=str(path)).with_videos(
        durations, {})


def find_grounded_qa(folder: str | Path, split: str,
                     require_spans: bool = True) -> AnnotationSet:
    """Read one split from ``{split}.csv``, ``.json`` or ``.jsonl``.

    Args:
        folder (str | Path): The folder of the annotations.
        split (str): Any name.
        require_spans (bool): Changes nothing: spans stand with the
            questions. Defaults to True.

    Returns:
        AnnotationSet: The split.

    Raises:
        InputError: As :func:`read_grounded_qa`, or if there is no such file,
            or more than one.
    """
    names = [f'{split}{suffix}' for suffix in READERS]
    found = [name for name in names if (Path(folder) / name).is_file()]
    if len(found) != 1:
        raise InputError(folder, ' and '.join(found) or 'no such file',
                         f'one of {", ".join(names)}', 'check the folder and '
                         'the split')
    return read_grounded_qa(Path(folder) / found[0])


def _read_optional(where: str, fields: dict[str, Any], field: str,
                   default: str) -> str:
    """A field that may be absent."""
    if fields.get(field) is None:
        return default
    return read_text_field(where, fields, field)


def _read_answers(path: str | Path, records: list[Record],
                  choices: list[tuple[str, ...]]) -> list[int | None]:
    """Indices of the right choices; None where no answer is given."""
    answers: list[int | None] = [None] * len(records)
    given = [index for index, (_, fields) in enumerate(records)
             if fields.get('answer') is not None]
    if Path(path).suffix.lower() == '.csv':
        cells = [AnswerCell(int(records[index][0].rsplit(' ', 1)[1]),
                            records[index][1]['answer'], choices[index])
                 for index in given]
        for index, answer in zip(given, read_answer_column(path, cells)):
            answers[index] = answer
        return answers
    for index in given:
        answers[index] = _index_of(records[index][0],
                                   records[index][1]['answer'],
                                   choices[index])
    return answers


def _index_of(where: str, answer: Any, choices: tuple[str, ...]) -> int:
    """The index that JSON gives as a number, or by the text."""
    if type(answer) is int and 0 <= answer < len(choices):
        return answer
    if isinstance(answer, str) and answer in choices:
        return choices.index(answer)
    raise InputError(f'{where}, field answer', describe(answer),
                     f'the text of one of {describe(choices, 400)}, or its '
                     f'index, 0 to {len(choices) - 1}',
                     'copy the text of the right choice')


def _check_key(where: str, question: VideoQuestion,
               seen: dict[str, str]) -> None:
    """Refuse a second question of the same key."""
    first = seen.setdefault(question.key, where)
    if first != where:
        raise InputError(f'{where}, field qid',
                         f'the key {question.key!r} again (first at {first})',
                         'a qid once per video', 'renumber one of the two')


def _note_duration(where: str, question: VideoQuestion,
                   durations: dict[str, float]) -> None:
    """Collect durations, and refuse what contradicts them."""
    if question.duration is None:
        return
    known = durations.setdefault(question.video_id, question.duration)
    if known != question.duration:
        raise InputError(f'{where}, field duration',
                         f'{question.duration:g} s',
                         f'{known:g} s, as in another record of video '
                         f'{question.video_id}', 'correct one of them')
    late = [end for _, end in question.spans
            if end > question.duration + TOLERANCE_SECONDS]
    if late:
        raise InputError(f'{where}, field spans', f'an end at {late[0]:g} s',
                         f'seconds of a video of {question.duration:g} s',
                         'correct the span or the duration')
