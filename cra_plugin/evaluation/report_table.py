"""Draw a report as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from textwrap import wrap
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from cra_plugin.evaluation.gaps import describe_gaps
from cra_plugin.evaluation.metrics import METRIC_NAMES, Metrics
from cra_plugin.evaluation.priors import best_prior
from cra_plugin.utils.counted import counted

# The row of predictions without spans.
ANSWERS_ALONE = 'answers'
# Columns of a terminal; longer names of rows are folded.
WIDTH = 100
# Before rows, in the place of a blank indent: the main decoder, best prior.
STAR = '* '
HEADERS = [*(name.replace('@', '\n@') for name in METRIC_NAMES),
           'ques\ntions']


@dataclass(frozen=True)
class Section:
    """Rows of one kind.

    Attributes:
        kind (str): ``'decoder'``, ``'prior'`` or ``'type'``.
        rows (Mapping[str, Metrics]): Name to metrics.
        starred (str): The row that stands out. Defaults to '', none.
    """

    kind: str
    rows: Mapping[str, Metrics]
    starred: str = ''


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
    for section in report_sections(report):
        _add_section(table, section)
    text = StringIO()
    Console(file=text, width=WIDTH, color_system=None).print(table)
    lines = [*wrap(describe_report(report), WIDTH), '',
             *text.getvalue().splitlines(), explain_stars(report)]
    for line in describe_gaps(report['not_computed']):
        lines += wrap(line, WIDTH)
    return '\n'.join(line.rstrip() for line in lines)


def report_sections(report: Mapping[str, Any]) -> list[Section]:
    """Sort what a report holds into rows for people.

    Args:
        report (Mapping[str, Any]): As :func:`render_report`.

    Returns:
        list[Section]: The decoders, the priors if there are some, and the
        types of questions.
    """
    main = report['decoder'] or ANSWERS_ALONE
    sections = [Section('decoder', report.get('decoders', {main: report}),
                        main)]
    priors = report['priors']
    if priors:
        best, _ = best_prior(priors, _prior_metric(report))
        sections.append(Section('prior', priors, best))
    return [*sections, Section('type', report['by_type'])]


def explain_stars(report: Mapping[str, Any]) -> str:
    """Say which rows have a star.

    Args:
        report (Mapping[str, Any]): As :func:`render_report`.

    Returns:
        str: A line.
    """
    legend = '* the main decoder'
    if report['priors']:
        legend += f', and the prior with the best {_prior_metric(report)}'
    return legend


def _prior_metric(report: Mapping[str, Any]) -> str:
    """What tells the best prior."""
    return 'mIoP' if report['Acc@GQA'] is None else 'Acc@GQA'


def describe_report(report: Mapping[str, Any]) -> str:
    """Say what was evaluated.

    Args:
        report (Mapping[str, Any]): As :func:`render_report`.

    Returns:
        str: The numbers of questions, of those missing and so on.
    """
    unparsed = (f'{report["num_unparsed"]} unparsed, '
                if report['num_unparsed'] else '')
    return (f'Grounded question answering, percent: '
            f'{counted(report["num_questions"], "question")}, '
            f'{report["num_missing"]} missing, {unparsed}'
            f'{report["num_unknown"]} unknown, '
            f'{counted(report["num_outside"], "span")} outside the video')


def _add_section(table: Table, section: Section) -> None:
    """Add the metrics of predictions of one kind, under its name."""
    table.add_row(f'{section.kind}:')
    for name, metrics in section.rows.items():
        values = [metrics[metric] for metric in METRIC_NAMES]
        table.add_row((STAR if name == section.starred else '  ') + name,
                      *map(format_percent, values),
                      str(metrics['num_questions']))


def format_percent(value: float | None) -> str:
    """Write a metric with one decimal, or '-' where it is not defined."""
    return '-' if value is None else f'{value:.1f}'
