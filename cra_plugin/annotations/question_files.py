"""One file of questions of either data set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.grounded_qa import read_grounded_qa
from cra_plugin.annotations.nextgqa import read_nextgqa
from cra_plugin.annotations.star import read_star
from cra_plugin.errors import InputError

READERS: dict[str, Callable[[str | Path], AnnotationSet]] = {
    '.csv': read_nextgqa,
    '.json': read_star,
    '.jsonl': read_grounded_qa,
}


def read_question_file(path: str | Path) -> AnnotationSet:
    """Read the questions of one file; its suffix tells the data set.

    Args:
        path (str | Path): A ``.csv`` of NExT-GQA or NExT-QA, or a
            ``.json`` of STAR, or a ``.jsonl`` of one's own.

    Returns:
        AnnotationSet: The questions. Those of NExT-GQA have no spans, which
        are in another file.

    Raises:
        InputError: If the file has another suffix, is missing or malformed.
    """
    suffix = Path(path).suffix
    reader = READERS.get(suffix.lower())
    if reader is None:
        raise InputError(path, f'the suffix {suffix!r}',
                         '.csv (NExT-GQA, NExT-QA), .json (STAR) or .jsonl',
                         'give the question file of a split')
    return reader(path)
