"""The prediction files of MUPA, which are VideoMind's with other fields.

The spans are in ``pred_span``, in seconds, the most confident first, how
confident in ``span_conf``, and the answer is at the beginning of
``pred_answer``.
"""

from __future__ import annotations

from collections.abc import Iterator

from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.formats.videomind import (
    FIELDS,
    has_fields,
    read_entries,
)
from cra_plugin.evaluation.question_index import QuestionIndex


def is_mupa(file: PredictionFile) -> bool:
    """Whether a file is one of MUPA's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True where all entries have ``pred_answer`` and ``pred_span``
        beside the question.
    """
    return has_fields(file, *FIELDS, 'pred_answer', 'pred_span')


def read_mupa(file: PredictionFile, questions: QuestionIndex,
              kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of MUPA's files.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): Not used.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If an entry is malformed or may be about two questions.
    """
    yield from read_entries(file, questions, 'pred_answer', 'pred_span',
                            'span_conf')
