"""Look through the wrappers of a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def unwrap_datasets(dataset: Any) -> Iterator[Any]:
    """Go through ``RepeatDataset``, ``ConcatDataset`` and the like.

    Args:
        dataset (Any): A dataset, or the config of one.

    Yields:
        Any: The innermost datasets, or their configs.
    """
    inner = getattr(dataset, 'datasets', None)
    if inner is None and getattr(dataset, 'dataset', None) is not None:
        inner = [dataset.dataset]
    if inner is None:
        yield dataset
    for part in inner or ():
        yield from unwrap_datasets(part)
