"""The formats of annotations: one table for all that reads or writes them.

A further data set is one more entry, here or by :func:`add_format` from
outside of the package (docs/extending.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.grounded_qa import (
    find_grounded_qa,
    read_grounded_qa,
)
from cra_plugin.annotations.nextgqa import find_nextgqa, read_nextgqa
from cra_plugin.annotations.star import VIDEO_FILE, find_star, read_star
from cra_plugin.annotations.star_submission import write_star_submission
from cra_plugin.errors import InputError, check_choice
from cra_plugin.structures.grounded_answer import GroundedAnswer

# Bytes at the beginning of a file that tell formats of one suffix apart.
HEAD = 4096


@dataclass(frozen=True)
class AnnotationFormat:
    """One format of annotations.

    Attributes:
        name (str): What ``--dataset`` calls it.
        is_mine (Callable[[Path, bytes], bool]): Whether a file of questions
            is of this format, by its path and its beginning.
        read (Callable[[Path], AnnotationSet]): Reads a file of questions,
            without what lies beside it.
        find (Callable[[Path, str, bool], AnnotationSet]): Reads a split from
            a folder by the official file names: ``(folder, split,
            require_spans)``.
        durations (str): How the seconds of every video are given.
        write_submission (Callable, optional): Writes what an evaluation
            server takes: ``(path, predictions)``. Defaults to None.
    """

    name: str
    is_mine: Callable[[Path, bytes], bool]
    read: Callable[[str | Path], AnnotationSet]
    find: Callable[[str | Path, str, bool], AnnotationSet]
    durations: str
    write_submission: Callable[
        [str | Path, Sequence[GroundedAnswer]], None] | None = None


def _is_own(path: Path, head: bytes) -> bool:
    """Whether a file is of one's own, by the field that names the video."""
    signs = {'.csv': rb'\A[^\n]*\bchoices\b', '.json': rb'"video"\s*:',
             '.jsonl': b''}
    sign = signs.get(path.suffix.lower())
    return sign is not None and re.search(sign, head) is not None


# The first that takes a file for its own reads it.
FORMATS: dict[str, AnnotationFormat] = {each.name: each for each in (
    AnnotationFormat(
        'nextgqa', lambda path, head: path.suffix.lower() == '.csv' and
        not _is_own(path, head), read_nextgqa, find_nextgqa,
        'put gsub_{split}.json beside it'),
    AnnotationFormat(
        'star', lambda path, head: path.suffix.lower() == '.json' and
        not _is_own(path, head), read_star, find_star,
        f'put {VIDEO_FILE} beside it (docs/data_preparation.md)',
        write_star_submission),
    AnnotationFormat(
        'grounded_qa', _is_own, read_grounded_qa, find_grounded_qa,
        'give every question a duration (docs/your_data.md)'),
)}


def add_format(entry: AnnotationFormat) -> None:
    """Let tools, metric and functions know one more format.

    Args:
        entry (AnnotationFormat): The format. It is asked before those that
            are there whether a file is its own, and replaces the one of its
            name.
    """
    others = {name: each for name, each in FORMATS.items()
              if name != entry.name}
    FORMATS.clear()
    FORMATS.update({entry.name: entry}, **others)


def get_format(name: str) -> AnnotationFormat:
    """Give the format of a name.

    Args:
        name (str): A key of ``FORMATS``.

    Returns:
        AnnotationFormat: The format.

    Raises:
        InputError: If there is none of that name.
    """
    check_choice('argument dataset', name, tuple(FORMATS))
    return FORMATS[name]


def sniff_format(path: str | Path) -> AnnotationFormat:
    """Find the format of a file of questions.

    Args:
        path (str | Path): The file.

    Returns:
        AnnotationFormat: The first that takes it for its own.

    Raises:
        InputError: If none does.
    """
    path, head = Path(path), b''
    # A pipe could not be read a second time.
    if path.is_file():
        with path.open('rb') as file:
            head = file.read(HEAD)
    for each in FORMATS.values():
        if each.is_mine(path, head):
            return each
    raise InputError(
        path, f'the suffix {path.suffix!r}', '.csv (NExT-GQA, NExT-QA), .json '
        '(STAR), or .csv, .json or .jsonl of your own',
        'give the question file of a split')


def find_annotations(dataset: str,
                     folder: str | Path,
                     split: str,
                     require_spans: bool = True) -> AnnotationSet:
    """Read one split from a folder with the official file names.

    Args:
        dataset (str): A key of ``FORMATS``.
        folder (str | Path): The folder of the annotations.
        split (str): ``'train'``, ``'val'`` or ``'test'``.
        require_spans (bool): Whether spans that NExT-GQA has in a file of
            their own must be there. Defaults to True.

    Returns:
        AnnotationSet: The split.

    Raises:
        InputError: If there is no such data set, or a file is missing,
            malformed or contradicts another.
    """
    return get_format(dataset).find(folder, split, require_spans)


def read_annotations(dataset: str, file: str | Path) -> AnnotationSet:
    """Read one file of questions, without what lies beside it.

    Args:
        dataset (str): A key of ``FORMATS``.
        file (str | Path): Such as ``{split}.csv`` or ``STAR_{split}.json``.

    Returns:
        AnnotationSet: Its questions.

    Raises:
        InputError: As :func:`find_annotations`.
    """
    return get_format(dataset).read(file)


def read_question_file(path: str | Path) -> AnnotationSet:
    """Read the questions of one file, whatever its format.

    Args:
        path (str | Path): A ``.csv`` of NExT-GQA or NExT-QA, a ``.json`` of
            STAR, or a file of one's own.

    Returns:
        AnnotationSet: The questions. Those of NExT-GQA have no spans, which
        are in another file.

    Raises:
        InputError: If no format takes it for its own, or it is missing or
            malformed.
    """
    return sniff_format(path).read(path)
