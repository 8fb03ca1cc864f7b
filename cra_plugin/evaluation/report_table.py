"""Draw a report as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from textwrap import wrap
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from cra_plugin.evaluation.gaps import describe_gaps
from cra_plugin.evaluation.metrics import METRIC_NAMES, Metrics
from cra_plugin.evaluation.priors import best_prior

# The row of predictions without spans.
ANSWERS_ALONE = 'answers'
# Columns of a terminal; longer names of rows are folded.
WIDTH = 100
# Before rows, in the place of a blank indent: the main decoder, best prior.
STAR = '* '
HEADERS = [*(name.replace('@', '\n@') for name in METRIC_NAMES),
           'ques\ntions']


def render_report(report: Mapping[str, Any]) -> str:
    """Draw decoders, priors and types of questions, one per row.

    The table is at most 100 columns wide. The main decoder and the prior with
    the best Acc@GQA, or mIoP where there are no answers, have a star. What
    could not be computed is said below.

    Args:
        report (Mapping[str, Any]): What
            :func:`~cra_plugin.evaluation.report.build_report` gives.

    Returns:
        str: The table, without colors.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column('', overflow='fold')
    for header in HEADERS:
        table.add_column(header, justify='right', vertical='bottom',
                         min_width=5, no_wrap=True)
    main = report['decoder'] or ANSWERS_ALONE
    _add_section(table, 'decoder', report.get('decoders', {main: report}),
                 main)
    priors = report['priors']
    legend = '* the main decoder'
    if priors:
        metric = 'mIoP' if report['Acc@GQA'] is None else 'Acc@GQA'
        legend += f', and the prior with the best {metric}'
        _add_section(table, 'prior', priors, best_prior(priors, metric)[0])
    _add_section(table, 'type', report['by_type'])
    text = StringIO()
    Console(file=text, width=WIDTH, color_system=None).print(table)
    lines = [*wrap(_title(report), WIDTH), '', *text.getvalue().splitlines(),
             legend]
    for line in describe_gaps(report['not_computed']):
        lines += wrap(line, WIDTH)
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


def _add_section(table: Table, kind: str, rows: Mapping[str, Metrics],
                 starred: str = '') -> None:
    """Add the metrics of predictions of one kind, under its name."""
    table.add_row(f'{kind}:')
    for name, metrics in rows.items():
        values = [metrics[metric] for metric in METRIC_NAMES]
        table.add_row((STAR if name == starred else '  ') + name,
                      *map(format_percent, values),
                      str(metrics['num_questions']))


def format_percent(value: float | None) -> str:
    """Write a metric with one decimal, or '-' where it is not defined."""
    return '-' if value is None else f'{value:.1f}'
