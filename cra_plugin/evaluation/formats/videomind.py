"""The prediction files of VideoMind, one for each process.

A list of ``{video_path, question, options, ans, span, pred, conf, response,
grounder_success, ...}``: ``span`` is the truth, ``pred`` has the predicted
spans in seconds, the most confident first, ``conf`` how confident, and the
answer is at the beginning of ``response``. Where the grounder failed,
``pred`` holds windows that do not depend on the question; they are scored as
they are.

Source: https://github.com/yeliudev/VideoMind.
"""

from __future__ import annotations

from collections.abc import Iterator

from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    ABSENT,
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.formats.text_join import (
    find_by_text,
    read_options,
    read_texts,
)
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.utils.key_warning import warn_of_keys

FIELDS = ('video_path', 'question', 'options')


def is_videomind(file: PredictionFile) -> bool:
    """Whether a file is one of VideoMind's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True where all entries have ``response`` and ``pred`` beside
        the question.
    """
    return has_fields(file, *FIELDS, 'pred', 'response')


def has_fields(file: PredictionFile, *fields: str) -> bool:
    """Whether all entries of a list have some fields.

    Args:
        file (PredictionFile): What a file holds.
        *fields (str): The fields.

    Returns:
        bool: True if so.
    """
    return isinstance(file.content, list) and bool(file.content) and all(
        isinstance(entry, dict) and entry.keys() >= {*fields}
        for entry in file.content)


def read_videomind(file: PredictionFile, questions: QuestionIndex,
                   kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of VideoMind's files.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): Not used.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If an entry is malformed or may be about two questions.
    """
    yield from read_entries(file, questions, 'response', 'pred', 'conf')


def read_entries(file: PredictionFile, questions: QuestionIndex,
                 answer_field: str, span_field: str,
                 confidence_field: str) -> Iterator[PredictionRecord]:
    """Read entries that say video, words and choices of their question.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        answer_field (str): Where the answer is.
        span_field (str): Where the spans are.
        confidence_field (str): Where their confidences are, if anywhere.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If an entry is malformed or may be about two questions.
    """
    failed = []
    for where, entry in file.entries():
        video, question, options = read_texts(where, entry, *FIELDS)
        choices = read_options(f'{where}, field options', options)
        key = find_by_text(where, video, question, choices, questions)
        if entry.get('grounder_success') is False:
            failed.append(key)
        yield PredictionRecord(
            f'{where}, question {key}', key, entry,
            entry.get(answer_field, ABSENT), entry.get('ans', ABSENT),
            entry.get(span_field, ABSENT), normalized=False,
            answer_field=answer_field, truth_field='ans', choices=choices,
            free_text=True,
            confidences=entry.get(confidence_field, ABSENT))
    warn_of_keys(failed, f'in {file.path} whose grounder failed: the span is '
                 'a window that does not depend on the question')
