"""The prediction files of SeViLA.

As its code writes them, a list of ``{qid: 'TN_<video>_..._<qid>', prediction,
target, frame_idx}`` with indices of 32 uniform frames; as NExT-GQA converts
them, ``{key: {prediction, answer, location}}`` with seconds. The span reaches
from the first to the last frame.

Source: https://github.com/Yui010206/SeViLA.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    ABSENT,
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.utils.json_file import is_number

NUM_FRAMES = 32


def is_sevila(file: PredictionFile) -> bool:
    """Whether a file is one of SeViLA's.

    Args:
        file (PredictionFile): What it holds.

    Returns:
        bool: True where all entries have ``frame_idx`` and ``qid``, or
        ``location`` and ``prediction``.
    """
    content = file.content
    if isinstance(content, dict):
        return _all_have(list(content.values()), {'location', 'prediction'})
    return _all_have(content, {'frame_idx', 'qid'})


def read_sevila(file: PredictionFile, questions: QuestionIndex,
                kind: Kind) -> Iterator[PredictionRecord]:
    """Read one of SeViLA's files.

    Args:
        file (PredictionFile): What it holds.
        questions (QuestionIndex): The annotated questions.
        kind (Kind): Not used.

    Yields:
        PredictionRecord: What is said of each question.

    Raises:
        InputError: If an entry is malformed.
    """
    if isinstance(file.content, dict):
        for name, entry in file.content.items():
            where = f'{file.path}, question {name}'
            yield _record(where, questions.find(where, name), entry)
        return
    for where, entry in file.entries():
        key = _key_of(f'{where}, field qid', _get(where, entry, 'qid'),
                      questions)
        yield _record(f'{where}, question {key}', key, entry)


def _all_have(entries: Any, fields: set[str]) -> bool:
    return isinstance(entries, list) and bool(entries) and all(
        isinstance(entry, dict) and entry.keys() >= fields
        for entry in entries)


def _get(where: str, entry: Any, field: str) -> Any:
    """A field of an entry, ABSENT where it has none."""
    if not isinstance(entry, dict):
        raise InputError(where, describe(entry), 'an object with qid, '
                         'prediction and frame_idx')
    return entry.get(field, ABSENT)


def _key_of(where: str, qid: Any, questions: QuestionIndex) -> str:
    """The question of ``<type>_<video>_..._<qid>``."""
    parts = qid.split('_') if isinstance(qid, str) else []
    if len(parts) < 3:
        raise InputError(where, describe(qid), '<type>_<video>_..._<qid>')
    # A video may have underscores, too.
    keys = {f'{"_".join(parts[1:end])}_{parts[-1]}'
            for end in range(2, len(parts))}
    known = sorted(keys & questions.by_key.keys())
    if len(known) > 1:
        raise InputError(where, f'{describe(qid)}, which may be '
                         f'{" or ".join(known)}', 'one question')
    return known[0] if known else f'{parts[1]}_{parts[-1]}'


def _record(where: str, key: str, entry: Any) -> PredictionRecord:
    """What an entry says."""
    seconds = _get(where, entry, 'location')
    frames = _get(where, entry, 'frame_idx')
    spans: Any = ABSENT
    if seconds is not ABSENT:
        spans = _hull(f'{where}, field location', seconds, None)
    elif frames is not ABSENT:
        spans = _hull(f'{where}, field frame_idx', frames, NUM_FRAMES)
    truth = 'answer' if 'answer' in entry else 'target'
    return PredictionRecord(
        where, key, entry, _get(where, entry, 'prediction'),
        entry.get(truth, ABSENT), spans, normalized=seconds is ABSENT,
        truth_field=truth)


def _hull(where: str, values: Any, size: int | None) -> list[float] | None:
    """From the first to the last time, or frame of so many."""
    if values is None or values == []:
        return None
    if not isinstance(values, list) or not all(
            is_number(value) and (size is None or (
                0 <= value < size and value == int(value)))
            for value in values):
        raise InputError(
            where, describe(values), 'a list of seconds' if size is None else
            f'a list of frames, 0 to {size - 1}')
    if size is None:
        return [min(values), max(values)]
    # A frame is in the middle of its part of the video.
    return [(min(values) + .5) / size, (max(values) + .5) / size]
