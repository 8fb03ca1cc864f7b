"""The splits of every data set, found by their official file names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.grounded_qa import (
    find_grounded_qa,
    read_grounded_qa,
)
from cra_plugin.annotations.nextgqa import find_nextgqa, read_nextgqa
from cra_plugin.annotations.star import find_star, read_star
from cra_plugin.errors import check_choice

FINDERS: dict[str, Callable[[str | Path, str, bool], AnnotationSet]] = {
    'nextgqa': find_nextgqa,
    'star': find_star,
    'grounded_qa': find_grounded_qa,
}
READERS: dict[str, Callable[[str | Path], AnnotationSet]] = {
    'nextgqa': read_nextgqa,
    'star': read_star,
    'grounded_qa': read_grounded_qa,
}


def find_annotations(dataset: str,
                     folder: str | Path,
                     split: str,
                     require_spans: bool = True) -> AnnotationSet:
    """Read one split from a folder with the official file names.

    Args:
        dataset (str): ``'nextgqa'``, ``'star'`` or ``'grounded_qa'``.
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
    check_choice('argument dataset', dataset, tuple(FINDERS))
    return FINDERS[dataset](folder, split, require_spans)


def read_annotations(dataset: str, file: str | Path) -> AnnotationSet:
    """Read one file of questions, without what lies beside it.

    Args:
        dataset (str): ``'nextgqa'``, ``'star'`` or ``'grounded_qa'``.
        file (str | Path): ``{split}.csv`` or ``STAR_{split}.json``.

    Returns:
        AnnotationSet: Its questions.

    Raises:
        InputError: As :func:`find_annotations`.
    """
    check_choice('argument dataset', dataset, tuple(READERS))
    return READERS[dataset](file)
