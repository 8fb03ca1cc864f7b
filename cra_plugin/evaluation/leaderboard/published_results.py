"""The published results, read from the table beside this module."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from cra_plugin.errors import InputError

PACKAGE, FILE = 'cra_plugin.evaluation.leaderboard', 'published_results.csv'
METRICS = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.3', 'IoP@0.5', 'mIoU',
           'IoU@0.3', 'IoU@0.5', 'PIoU')
# Dataset and split: its questions, in the official annotations.
NUM_QUESTIONS = {('nextgqa', 'val'): 3358, ('nextgqa', 'test'): 5553}


@dataclass(frozen=True)
class PublishedResult:
    """One row of a paper's table.

    Attributes:
        dataset (str): A name of :mod:`~cra_plugin.annotations.formats`.
        split (str): The split.
        method (str): What the paper calls it.
        supervision (str): ``'weak'`` (answers alone), ``'training-free'``, or
            which spans the model has seen; empty of people.
        params (str): Number of parameters; empty where it is not stated.
        protocol (str): How it was scored, as far as it is known.
        metrics (Mapping[str, float | None]): ``METRICS`` in percent, None
            where they are not published.
        source (str): Where it is published.
    """

    dataset: str
    split: str
    method: str
    supervision: str
    params: str
    protocol: str
    metrics: Mapping[str, float | None]
    source: str


@lru_cache(maxsize=1)
def read_published() -> tuple[PublishedResult, ...]:
    """Read all published results.

    Returns:
        tuple[PublishedResult, ...]: In the order of the table.
    """
    text = (files(PACKAGE) / FILE).read_text(encoding='utf-8')
    return tuple(PublishedResult(
        metrics={name: float(row[name]) if row[name] else None
                 for name in METRICS},
        **{name: value for name, value in row.items()
           if name not in METRICS})
        for row in csv.DictReader(text.splitlines()))


def published_on(dataset: str) -> list[PublishedResult]:
    """Give what is published on a dataset.

    Args:
        dataset (str): A name of :mod:`~cra_plugin.annotations.formats`.

    Returns:
        list[PublishedResult]: At least one.

    Raises:
        InputError: If there is none.
    """
    found = [each for each in read_published() if each.dataset == dataset]
    if not found:
        known = sorted({each.dataset for each in read_published()})
        raise InputError('--leaderboard', f'the dataset {dataset}, on which '
                         'no results are known', ' or '.join(known),
                         'leave --leaderboard out')
    return found
