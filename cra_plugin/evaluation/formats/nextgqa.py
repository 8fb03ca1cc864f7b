"""NExT-GQA's prediction files, which are those of ``tools/test.py`` too.

``{split}-res.json`` has ``{key: {prediction, answer}}``, in ours with the
``scores`` of the choices, the others ``{key: [start, end]}`` or ``{key: [a
weight for each frame]}``. Their names tell the unit of spans: fractions of the
duration in ``{split}_ground_gs.json``, seconds in ``_ground_ada`` and
``_ground_cb``.

Source: https://github.com/doc-doc/NExT-GQA.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cra_plugin.evaluation.formats.generic import read_generic
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.utils.json_file import is_number

# What the end of a file's name says of its spans: whether they are fractions.
UNITS = {'_ground_gs': True, '_ground_ada': False, '_ground_cb': False}


def is_nextgqa(file: PredictionFile) -> bool:
    """Whether a file is one of NExT-GQA's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True of an object whose values all have the shape above.
    """
    content = file.content
    if not isinstance(content, dict) or not content:
        return False
    values = content.values()
    return all(map(_is_answer, values)) or all(map(_is_row, values))


def read_nextgqa_predictions(file: PredictionFile, questions: QuestionIndex,
                             kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of NExT-GQA's files.

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
    unit = next((fractions for end, fractions in UNITS.items()
                 if file.path.stem.endswith(end)), None)
    for record in read_generic(file, questions, kind):
        yield replace(record, normalized=unit)


def _is_answer(value: Any) -> bool:
    return (isinstance(value, dict) and 'prediction' in value
            and value.keys() <= {'prediction', 'answer', 'scores'})


def _is_row(value: Any) -> bool:
    return (isinstance(value, list) and len(value) > 1
            and all(map(is_number, value)))
