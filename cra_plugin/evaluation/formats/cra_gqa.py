"""The prediction files of CRA's released code.

``{split}-res.json`` has ``{key: {prediction, answer, acc}}``. Its other dumps
hold ``gcenter`` and ``gwidth``, which are no center and no width but the start
and the end of the span, as indices of 32 frames. Its weights of 32 frames are
NExT-GQA's ``{key: [32 weights]}``.

Source: https://github.com/WissingChen/CRA-GQA.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.generic import read_generic
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    ABSENT,
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.utils.json_file import is_number

BOUNDS = ('gcenter', 'gwidth')
# Between 32 frames.
GAPS = 31


def is_cra_gqa(file: PredictionFile) -> bool:
    """Whether a file is one of CRA's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True of an object whose values are all objects with ``acc``
        beside ``prediction``, or with ``gcenter`` and ``gwidth``.
    """
    content = file.content
    return isinstance(content, dict) and bool(content) and all(
        isinstance(value, dict) and (value.keys() >= {'prediction', 'acc'}
                                     or value.keys() >= {*BOUNDS})
        for value in content.values())


def read_cra_gqa(file: PredictionFile, questions: QuestionIndex,
                 kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of CRA's files.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): What it is read for.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If a span is no pair of indices, or as
            :func:`~cra_plugin.evaluation.formats.generic.read_generic`.
    """
    for record in read_generic(file, questions, kind):
        spans = _fractions(record)
        yield record if spans is ABSENT else replace(
            record, spans=spans, normalized=True)


def _fractions(record: PredictionRecord) -> Any:
    """The span in fractions of the duration."""
    if not isinstance(record.raw, dict) or BOUNDS[0] not in record.raw:
        return ABSENT
    bounds = [record.raw.get(name) for name in BOUNDS]
    fractions = [bound / GAPS for bound in bounds if is_number(bound)]
    if len(fractions) < len(bounds):
        raise InputError(record.where, f'{" and ".join(BOUNDS)} '
                         f'{describe(bounds)}',
                         f'two indices of frames, 0 to {GAPS}')
    return fractions
