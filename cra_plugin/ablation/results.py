"""Mean and spread over seeds, and differences to the base by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean, stdev
from typing import Any

from cra_plugin.ablation.plan import Run
from cra_plugin.ablation.run_folder import (
    FAILED,
    FINISHED,
    Report,
    RunFolder,
)
from cra_plugin.evaluation.priors import best_prior

# Acc@GQA of the best constant span with the same answers.
PRIOR = 'best prior'
METRICS = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.5', 'mIoU', 'IoU@0.5',
           'PIoU', PRIOR)

Values = dict[int, float]
Row = dict[str, Any]


def gather_results(runs: Sequence[Run], out: str, base: str,
                   metrics: Sequence[str] = METRICS) -> dict[str, Any]:
    """Read what the runs have come to.

    Args:
        runs (Sequence[Run]): All runs of the ablation.
        out (str): Its folder.
        base (str): The variant that the others are compared with.
        metrics (Sequence[str]): Which metrics. Defaults to ``METRICS``.

    Returns:
        dict[str, Any]: ``base``, ``metrics``; ``rows``, one per variant and
        test set: ``variant``, ``test``, ``seeds``, ``values`` (metric to
        seed to percent), ``mean``, ``std`` (of the sample; null for one
        seed), ``difference`` and ``difference_std`` (over the seeds that the
        base has too; null for the base); ``failed`` (``run``, ``reason``,
        ``log``) and ``unfinished`` (names).
    """
    folders = [RunFolder(out, run) for run in runs]
    states = [folder.state() for folder in folders]
    rows = []
    for test in runs[0].tests:
        reports: dict[str, dict[int, Report]] = {}
        for folder in folders:
            found = folder.report(next(
                each for each in folder.run.tests if each.name == test.name))
            of_variant = reports.setdefault(folder.run.variant, {})
            if found is not None:
                of_variant[folder.run.seed] = found
        rows += [_row(variant, test.name, reports, base, metrics)
                 for variant in reports]
    return {
        'base': base, 'metrics': list(metrics), 'rows': rows,
        'failed': [{'run': str(folder.run), 'reason': folder.failure(),
                    'log': str(folder.log)}
                   for folder, state in zip(folders, states)
                   if state == FAILED],
        'unfinished': [str(folder.run)
                       for folder, state in zip(folders, states)
                       if state not in (FINISHED, FAILED)]}


def _row(variant: str, test: str,
         reports: Mapping[str, Mapping[int, Report]], base: str,
         metrics: Sequence[str]) -> Row:
    """What one variant has on one test set."""
    row: Row = {'variant': variant, 'test': test,
                'seeds': sorted(reports[variant])}
    for part in ('values', 'mean', 'std', 'difference', 'difference_std'):
        row[part] = {}
    for metric in metrics:
        values = _values(reports[variant], metric)
        row['values'][metric] = {str(seed): value
                                 for seed, value in values.items()}
        row['mean'][metric], row['std'][metric] = _spread(values)
        others = _values(reports[base], metric) if variant != base else {}
        row['difference'][metric], row['difference_std'][metric] = _spread({
            seed: value - others[seed] for seed, value in values.items()
            if seed in others})
    return row


def _values(reports: Mapping[int, Report], metric: str) -> Values:
    """A metric by seed, where it is defined."""
    values = {seed: _prior(report) if metric == PRIOR else report[metric]
              for seed, report in sorted(reports.items())}
    return {seed: value for seed, value in values.items()
            if value is not None}


def _prior(report: Report) -> float | None:
    """Acc@GQA of the best prior."""
    if not report['priors'] or report['Acc@GQA'] is None:
        return None
    return best_prior(report['priors'])[1]


def _spread(values: Values) -> tuple[float | None, float | None]:
    """Mean and standard deviation."""
    numbers = list(values.values())
    return (mean(numbers) if numbers else None,
            stdev(numbers) if len(numbers) > 1 else None)
