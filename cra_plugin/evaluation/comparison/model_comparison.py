"""Compare models on the same questions: what differs, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np

from cra_plugin.errors import InputError, check_choice
from cra_plugin.evaluation.comparison.answer_test import mcnemar
from cra_plugin.evaluation.comparison.bootstrap_settings import (
    BootstrapSettings,
)
from cra_plugin.evaluation.comparison.difference_interval import (
    Interval,
    difference_interval,
)
from cra_plugin.evaluation.comparison.holm import correct_holm
from cra_plugin.evaluation.comparison.paired_bootstrap import (
    PairedMeans,
    resample_means,
)
from cra_plugin.evaluation.comparison.scored_model import ScoredModel
from cra_plugin.evaluation.protocols.protocol import (
    PROTOCOL_METRICS,
    Protocol,
)
from cra_plugin.evaluation.question_table import QuestionTable

# PIoU is no mean over questions.
COMPARED_METRICS = tuple(name for name in PROTOCOL_METRICS if name != 'PIoU')
AGAINST = ('first', 'all')


def compare_models(table: QuestionTable, models: Sequence[ScoredModel],
                   protocol: Protocol,
                   settings: BootstrapSettings | None = None,
                   against: str = 'first') -> dict[str, Any]:
    """Compare models by all metrics, over all questions and by their type.

    Args:
        table (QuestionTable): The truth about N questions.
        models (Sequence[ScoredModel]): Two or more, scored on them.
        protocol (Protocol): How they were scored.
        settings (BootstrapSettings, optional): How intervals are made.
            Defaults to None: the defaults.
        against (str): Compare with the ``'first'`` model, or ``'all'`` pairs.
            Defaults to 'first'.

    Returns:
        dict[str, Any]: ``models`` (name to metric to percent),
        ``num_questions``, ``num_missing`` (name to number), ``protocol``,
        ``bootstrap`` (settings) and ``comparisons``, one per pair:
        ``first``, ``second``, ``metrics`` (metric to ``difference``, ``low``,
        ``high``, in points, second less first, ``p`` and ``p_holm``, which
        is corrected over the pairs), ``answers`` (McNemar's test) and
        ``by_type`` (type to ``num_questions`` and ``metrics`` without
        ``p_holm``).

    Raises:
        InputError: If no metric is defined for all models.
    """
    check_choice('argument against', against, AGAINST)
    settings = settings or BootstrapSettings()
    values = [model.scores.values() for model in models]
    metrics = [name for name in COMPARED_METRICS
               if all(name in each for each in values)]
    if not metrics:
        raise InputError('models', 'answers of one and spans of another',
                         'answers of both, or spans of both',
                         'compare files that predict the same')
    means = resample_means(
        np.stack([each[name] for each in values for name in metrics],
                 1).astype(np.float64),
        table.types, table.videos, settings,
        [protocol.mean_over_types and name == 'Acc@VQA'
         for _ in values for name in metrics])
    pairs = [pair for pair in combinations(range(len(models)), 2)
             if against == 'all' or pair[0] == 0]
    comparisons = [_compare(models, pair, metrics, means, table, settings)
                   for pair in pairs]
    _correct(comparisons, metrics)
    point = means.point[0].reshape(len(models), -1)
    return {
        'num_questions': len(table.videos), 'protocol': protocol.name,
        'num_missing': {each.name: each.num_missing for each in models},
        'bootstrap': asdict(settings),
        'models': {each.name: dict(zip(metrics, (100 * row).tolist()))
                   for each, row in zip(models, point)},
        'comparisons': comparisons,
    }


def _compare(models: Sequence[ScoredModel], pair: tuple[int, int],
             metrics: Sequence[str], means: PairedMeans,
             table: QuestionTable,
             settings: BootstrapSettings) -> dict[str, Any]:
    """Compare two of the models."""
    first, second = (models[place] for place in pair)
    left, right = (slice(place * len(metrics), (place + 1) * len(metrics))
                   for place in pair)
    point, drawn, influence = (
        each[..., right] - each[..., left]
        for each in (means.point, means.drawn, means.influence))
    found = difference_interval(point, drawn, influence, means.num_units,
                                settings)
    kinds, counts = np.unique(table.types, return_counts=True)
    comparison: dict[str, Any] = {
        'first': first.name, 'second': second.name,
        'metrics': _by_metric(metrics, found, 0), 'answers': None,
        'by_type': {} if len(kinds) == 1 else {
            str(kind): {'num_questions': int(count),
                        'metrics': _by_metric(metrics, found, place)}
            for place, (kind, count) in enumerate(zip(kinds, counts), 1)}}
    if first.scores.right is not None and second.scores.right is not None:
        comparison['answers'] = mcnemar(first.scores.right,
                                        second.scores.right)
    return comparison


def _by_metric(metrics: Sequence[str], found: Interval,
               place: int) -> dict[str, dict[str, float]]:
    """Differences in points by the metric."""
    return {
        name: {'difference': 100 * float(found.difference[place, column]),
               'low': 100 * float(found.low[place, column]),
               'high': 100 * float(found.high[place, column]),
               'p': float(found.p[place, column])}
        for column, name in enumerate(metrics)}


def _correct(comparisons: Sequence[dict[str, Any]],
             metrics: Sequence[str]) -> None:
    """Correct the p-values of each metric over the pairs of models."""
    tests = [[each['metrics'][name] for each in comparisons]
             for name in metrics]
    tests.append([each['answers'] for each in comparisons
                  if each['answers'] is not None])
    for group in tests:
        for test, p in zip(group, correct_holm([each['p'] for each in group])):
            test['p_holm'] = p
