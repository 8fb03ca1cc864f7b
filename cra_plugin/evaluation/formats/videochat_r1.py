"""The prediction files of VideoChat-R1: what the model wrote, as JSON Lines.

``{video_path, prompt, gt: {answer, glue}, pred: '...<answer>(C)</answer>
<glue>[(22.0, 28.0)]</glue>', ...}``. The prompt has the question and its
choices; ``glue`` has segments in seconds, which count together. What cannot be
read off the text is a missing answer, or a missing span.

Source: https://github.com/OpenGVLab/VideoChat-R1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.answer_notation import plain_text
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    ABSENT,
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.formats.text_join import (
    has_choices,
    only_key,
    read_texts,
    unknown_key,
)
from cra_plugin.evaluation.formats.videomind import has_fields
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.structures.video_question import VideoQuestion

FIELDS = ('video_path', 'prompt', 'pred')
NUMBER = r'\s*(\d+(?:\.\d*)?|\.\d+)\s*'
SEGMENT = re.compile(rf'[(\[]{NUMBER},{NUMBER}[)\]]')
# (A) a choice up to the next one, or the end of its line.
OPTION = re.compile(r'\(([A-Z])\)\s*(.*?)\s*(?=\([A-Z]\)|\n|$)')


def is_videochat_r1(file: PredictionFile) -> bool:
    """Whether a file is one of VideoChat-R1's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True where all entries have ``prompt``, ``pred`` and ``gt``.
    """
    return has_fields(file, *FIELDS, 'gt')


def read_videochat_r1(file: PredictionFile, questions: QuestionIndex,
                      kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of VideoChat-R1's files.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): Not used.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If an entry is malformed or may be about two questions.
    """
    for where, entry in file.entries():
        video, prompt, text = read_texts(where, entry, *FIELDS)
        if not isinstance(text, str):
            raise InputError(f'{where}, field pred', describe(text),
                             'the text of the model')
        options = tuple(each for _, each in OPTION.findall(prompt))
        key = only_key(where, _asked(video, prompt, options, questions)) or (
            unknown_key(video, prompt[:80]))
        gt = entry.get('gt')
        yield PredictionRecord(
            f'{where}, question {key}', key, entry, _between(text, 'answer'),
            gt.get('answer', ABSENT) if isinstance(gt, dict) else ABSENT,
            _segments(_between(text, 'glue')), normalized=False,
            answer_field='pred', truth_field='gt.answer',
            choices=options, free_text=True, union=True)


def _asked(video: str, prompt: str, options: tuple[str, ...],
           questions: QuestionIndex) -> list[VideoQuestion]:
    """The questions that a prompt may ask: the longest that are in it."""
    words = plain_text(prompt)
    found = [each for each in questions.of_video(video)
             if plain_text(each.question) in words
             and has_choices(each, options)]
    longest = max((len(plain_text(each.question)) for each in found),
                  default=0)
    return [each for each in found
            if len(plain_text(each.question)) == longest]


def _between(text: str, tag: str) -> str | None:
    """What a tag holds; None where it is not there once."""
    found = re.findall(rf'<{tag}>(.*?)</{tag}>', text, re.S)
    return found[0].strip() if len(found) == 1 else None


def _segments(text: str | None) -> Any:
    """The segments of ``[(start, end), ...]``; None where it is no such."""
    if text is None:
        return None
    segments = [[float(start), float(end)]
                for start, end in SEGMENT.findall(text)]
    rest = SEGMENT.sub('', text)
    if re.sub(r'[\s,\[\]]', '', rest) or any(
            start > end for start, end in segments):
        return None
    return segments or None
