"""The prediction files of HawkEye: spans as JSON Lines, without qid.

``{video_fname, duration, question, pred_span, gt_span, ...}`` in seconds. A
question is found by its video and its words. Where two of a video have the
same words, HawkEye was asked the same: both have the prediction if all lines
agree, and the file is refused if they do not.

Source: https://github.com/yellow-binary-tree/HawkEye.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.formats.text_join import read_texts, unknown_key
from cra_plugin.evaluation.question_index import QuestionIndex

FIELDS = ('video_fname', 'question', 'pred_span')


def is_hawkeye(file: PredictionFile) -> bool:
    """Whether a file is one of HawkEye's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True where all entries have ``video_fname``, ``question`` and
        ``pred_span``.
    """
    return isinstance(file.content, list) and bool(file.content) and all(
        isinstance(entry, dict) and entry.keys() >= {*FIELDS}
        for entry in file.content)


def read_hawkeye(file: PredictionFile, questions: QuestionIndex,
                 kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of HawkEye's files.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): Not used: it has spans alone.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If an entry is malformed, or two about the same words
            differ.
    """
    seen: dict[tuple[str, ...], tuple[str, Any]] = {}
    for where, entry in file.entries():
        video, question, _ = read_texts(where, entry, *FIELDS)
        span = entry['pred_span']
        keys = [each.key for each in questions.find_asked(video, question)]
        keys = keys or [unknown_key(video, question)]
        first, other = seen.setdefault(tuple(keys), (where, span))
        if other != span:
            raise InputError(
                where, f'another span for {describe(question)} of {video} '
                f'than in {first}', 'a qid, or the same span: the words do '
                'not tell which question is meant')
        for key in keys:
            yield PredictionRecord(where, key, entry, spans=span,
                                   normalized=False)
