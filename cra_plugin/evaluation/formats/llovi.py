"""The prediction files of LLoVi.

``{data: {key: {pred, truth}}}`` with answers, or with spans in ``pred``, of
which the first counts; ``data`` may be left out. Seconds.

Source: https://github.com/CeeZh/LLoVi.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cra_plugin.evaluation.formats.generic import read_generic
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.question_index import QuestionIndex


def is_llovi(file: PredictionFile) -> bool:
    """Whether a file is one of LLoVi's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True where all entries are objects with ``pred`` and without
        ``prediction``.
    """
    content = file.content
    if isinstance(content, dict) and isinstance(content.get('data'), dict):
        content = content['data']
    return isinstance(content, dict) and bool(content) and all(
        isinstance(entry, dict) and 'pred' in entry
        and 'prediction' not in entry for entry in content.values())


def read_llovi(file: PredictionFile, questions: QuestionIndex,
               kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of LLoVi's files.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): What it is read for.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: As :func:`~cra_plugin.evaluation.formats.generic.
            read_generic`.
    """
    for record in read_generic(file, questions, kind):
        yield replace(record, normalized=False)
