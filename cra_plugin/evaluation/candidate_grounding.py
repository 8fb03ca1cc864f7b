"""Read how every choice of a question is grounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cra_plugin.errors import InputError, describe
from cra_plugin.structures.video_question import Span, VideoQuestion
from cra_plugin.utils.json_file import is_number, read_json_object


@dataclass(frozen=True, eq=False)
class CandidateGrounding:
    """Frame weights and span of every choice of a question.

    Attributes:
        weights (np.ndarray): (M, T).
        spans (tuple[Span, ...]): M spans in seconds.
    """

    weights: np.ndarray
    spans: tuple[Span, ...]


def read_candidate_grounding(
        path: str | Path, questions: Sequence[VideoQuestion],
        attention: Mapping[str, np.ndarray]) -> dict[str, CandidateGrounding]:
    """Read the file that :func:`dump_candidates` writes.

    Args:
        path (str | Path): ``<stem>_candidates.json``.
        questions (Sequence[VideoQuestion]): The questions to read it for.
        attention (Mapping[str, np.ndarray]): Question key to the (T,) frame
            weights that count, which tell T.

    Returns:
        dict[str, CandidateGrounding]: Question key to what the file says of
        it, without questions that it does not have.

    Raises:
        InputError: If a question has other than M spans, and M lists of T
            finite weights.
    """
    content = read_json_object(path)
    return {each.key: _parse(f'{path}, question {each.key}',
                             content[each.key], len(each.choices),
                             len(attention.get(each.key, ())))
            for each in questions if each.key in content}


def _parse(where: str, entry: object, num_choices: int,
           num_frames: int) -> CandidateGrounding:
    """Check one question."""
    fields = entry if isinstance(entry, dict) else {}
    return CandidateGrounding(
        _numbers(f'{where}, field weights', fields.get('weights'),
                 (num_choices, num_frames)),
        tuple((start, end) for start, end in _numbers(
            f'{where}, field spans', fields.get('spans'),
            (num_choices, 2)).tolist()))


def _numbers(where: str, value: object,
             shape: tuple[int, int]) -> np.ndarray:
    """Give an array of a shape."""
    rows, columns = shape
    if not (isinstance(value, list) and len(value) == rows and all(
            isinstance(row, list) and len(row) == columns
            and all(map(is_number, row)) for row in value)):
        raise InputError(
            where, describe(value),
            f'{rows} lists, one for each choice, of {columns} finite numbers',
            'dump all files of these predictions again')
    return np.array(value, dtype=float)
