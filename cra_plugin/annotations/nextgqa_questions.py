"""The tables of questions of NExT-GQA and NExT-QA, ``{split}.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from cra_plugin.annotations.answer_column import (
    AnswerCell,
    read_answer_column,
)
from cra_plugin.annotations.nextgqa_videos import VideoSpans
from cra_plugin.errors import InputError, describe
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.text_file import read_text

CHOICE_COLUMNS = tuple(f'a{index}' for index in range(5))
# NExT-GQA's name of the column, and NExT-QA's.
VIDEO_COLUMNS = ('video_id', 'video')
COLUMNS = ('question', 'answer', 'qid', 'type', *CHOICE_COLUMNS)


def read_questions(
        path: str | Path,
        videos: Mapping[str, VideoSpans] | None = None,
        span_file: str | Path | None = None) -> list[VideoQuestion]:
    """Read the questions of one split.

    Args:
        path (str | Path): The csv with at least the columns ``COLUMNS`` and
            ``video_id`` or ``video``, the first of which counts; ``answer``
            is the text of the right choice, as in NExT-GQA, or its index, as
            in NExT-QA, the same in all rows. A choice that occurs twice is
            accepted and the first one counts, as in four rows of the real
            files of NExT-GQA.
        videos (Mapping[str, VideoSpans], optional): What the span file says
            of each video. Defaults to None: questions without spans.
        span_file (str | Path, optional): Where ``videos`` was read, for
            messages. Defaults to None.

    Returns:
        list[VideoQuestion]: The questions in the file's order.

    Raises:
        InputError: If the file is missing, empty or malformed, or a question
            has no spans although ``videos`` is given.
    """
    questions: list[VideoQuestion] = []
    seen: dict[tuple[str, str], int] = {}
    rows = list(_read_rows(path))
    for line, row in rows:
        _check_cells(path, line, row)
    answers = read_answer_column(path, [
        AnswerCell(line, row['answer'], _choices(row)) for line, row in rows])
    for (line, row), answer in zip(rows, answers):
        question = VideoQuestion(
            video_id=row[_video_column(row)], qid=row['qid'],
            question=row['question'], choices=_choices(row), answer=answer,
            type=row['type'])
        identity = (question.video_id, question.qid)
        first_line = seen.setdefault(identity, line)
        if first_line != line:
            raise InputError(
                f'{path}, line {line}, column qid',
                f'{describe(question.qid)} again for video '
                f'{question.video_id} (first in line {first_line})',
                'a qid once per video', 'delete or renumber one of the rows')
        if videos is not None:
            question = _add_spans(question, videos, span_file)
        questions.append(question)
    if not questions:
        raise InputError(path, 'no rows', 'one question per row',
                         'copy the file again')
    return questions


def _read_rows(path: str | Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, columns) of each row after checking its shape."""
    text = read_text(path, 'a csv of questions',
                     'check the folder and the split')
    try:
        reader = csv.reader(io.StringIO(text, newline=''), strict=True)
        header = next(reader, [])
        _check_header(path, header)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise InputError(f'{path}, line {reader.line_num}',
                                 f'{len(cells)} cells',
                                 f'{len(header)}, as the header has',
                                 'quote the cells that hold a comma')
            yield reader.line_num, dict(zip(header, cells))
    except csv.Error as error:
        raise InputError(path, f'unreadable text ({error})',
                         'a csv in UTF-8', 'copy the file again') from None


def _check_header(path: str | Path, header: list[str]) -> None:
    """Refuse a header without the needed columns or with more choices."""
    if not header:
        raise InputError(path, 'an empty file', 'a header and rows',
                         'copy the file again')
    repeated = [column for column in (*VIDEO_COLUMNS, *COLUMNS)
                if header.count(column) > 1]
    if repeated:
        raise InputError(f'{path}, line 1',
                         f'the column {", ".join(repeated)} twice',
                         'every column once', 'delete or rename one of them')
    missing = [column for column in COLUMNS if column not in header]
    if not set(VIDEO_COLUMNS) & set(header):
        missing.insert(0, ' or '.join(VIDEO_COLUMNS))
    if missing:
        raise InputError(f'{path}, line 1',
                         f'no column {", ".join(missing)} in {header}',
                         f'the columns {" or ".join(VIDEO_COLUMNS)}, '
                         f'{", ".join(COLUMNS)}',
                         'use the csv of NExT-GQA or NExT-QA')
    choices = [c for c in header if c[:1] == 'a' and c[1:].isdigit()]
    if len(choices) != len(CHOICE_COLUMNS):
        raise InputError(f'{path}, line 1', f'the choices {choices}',
                         f'the {len(CHOICE_COLUMNS)} choices '
                         f'{", ".join(CHOICE_COLUMNS)}, each once',
                         'use the csv of NExT-GQA')


def _video_column(columns: Collection[str]) -> str:
    """The column that names the video."""
    return next(name for name in VIDEO_COLUMNS if name in columns)


def _check_cells(path: str | Path, line: int, row: dict[str, str]) -> None:
    """Refuse a row that lacks something."""
    for column in (_video_column(row), *COLUMNS):
        if not row[column] or row[column].isspace():
            raise InputError(f'{path}, line {line}, column {column}',
                             'an empty cell', 'a text', 'fill the cell')


def _choices(row: dict[str, str]) -> tuple[str, ...]:
    """The choices of a row."""
    return tuple(row[column] for column in CHOICE_COLUMNS)


def _add_spans(question: VideoQuestion, videos: Mapping[str, VideoSpans],
               span_file: str | Path | None) -> VideoQuestion:
    """Give a question the spans and the duration of its video."""
    video = videos.get(question.video_id)
    if video is None:
        raise InputError(f'{span_file}', f'no video {question.video_id}',
                         'the spans of every video in the csv',
                         'use the span file of the same split')
    spans = video.spans.get(question.qid)
    if spans is None:
        raise InputError(f'{span_file}, video {question.video_id}',
                         f'no question {question.qid}',
                         'the spans of every question in the csv',
                         'use the span file of the same split')
    return replace(question, spans=spans, duration=video.duration)
