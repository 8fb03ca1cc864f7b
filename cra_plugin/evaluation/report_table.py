"""A report as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from cra_plugin.evaluation.gaps import describe_gaps
from cra_plugin.evaluation.metrics import METRIC_NAMES, Metrics
from cra_plugin.evaluation.priors import best_prior

# The row of predictions without spans.
ANSWERS_ALONE = 'answers'
# Wide enough that no column is cut; the table takes what it needs.
WIDTH = 200


def render_report(report: Mapping[str, Any]) -> str:
    """Draw decoders, priors and types of questions, one a row.

    The main decoder and the prior with the best Acc@GQA, or mIoP where there
    are no answers, have a star. What could not be computed is said below.

    Args:
        report (Mapping[str, Any]): What
            :func:`~cra_plugin.evaluation.report.build_report` gives.

    Returns:
        str: The table, without colours.
    """
    table = Table(
        title=_title(report), box=box.SIMPLE_HEAD, title_justify='left')
    table.add_column('', no_wrap=True)
    for name in (*METRIC_NAMES, 'questions'):
        table.add_column(name, justify='right', no_wrap=True)
    main = report['decoder'] or ANSWERS_ALONE
    for name, metrics in report.get('decoders', {main: report}).items():
        _add_row(table, name, metrics, name == main)
    priors = report['priors']
    best = ''
    if priors:
        metric = 'mIoP' if report['Acc@GQA'] is None else 'Acc@GQA'
        best = best_prior(priors, metric)[0]
    table.add_section()
    for name, metrics in priors.items():
        _add_row(table, f'prior {name}', metrics, name == best)
    table.add_section()
    for name, metrics in report['by_type'].items():
        _add_row(table, f'type {name}', metrics)
    text = StringIO()
    Console(file=text, width=WIDTH, color_system=None).print(table)
    lines = text.getvalue().splitlines()
    lines += describe_gaps(report['not_computed'])
    return '\n'.join(line.rstrip() for line in lines)


def _title(report: Mapping[str, Any]) -> str:
    """What was evaluated."""
    unparsed = (f'{report["num_unparsed"]} unparsed, '
                if report['num_unparsed'] else '')
    return (f'Grounded question answering, percent: '
            f'{report["num_questions"]} questions, '
            f'{report["num_missing"]} missing, {unparsed}'
            f'{report["num_unknown"]} unknown, '
            f'{report["num_outside"]} spans leave the video')


def _add_row(table: Table, name: str, metrics: Metrics,
             star: bool = False) -> None:
    """Add the metrics of one prediction."""
    values = [metrics[metric] for metric in METRIC_NAMES]
    table.add_row(name + ' *' * star,
                  *map(format_percent, values), str(metrics['num_questions']))


def format_percent(value: float | None) -> str:
    """Write a metric with one decimal, or '-' where it is not defined."""
    return '-' if value is None else f'{value:.1f}'
