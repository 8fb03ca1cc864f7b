"""Protocols beside each other: what part of a gain is protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from cra_plugin.errors import check_choice
from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.metrics import Metrics
from cra_plugin.evaluation.protocols.protocol_table import ALL, PROTOCOLS
from cra_plugin.evaluation.question_scores import ACC_AT_IOU
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.evaluation.report_table import WIDTH, format_percent

COLUMNS = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.3', 'IoP@0.5', 'mIoU',
           'IoU@0.3', 'IoU@0.5', ACC_AT_IOU)


def name_protocols(names: Sequence[str]) -> list[str]:
    """Write out which protocols are meant.

    Args:
        names (Sequence[str]): Names, or ``'all'``.

    Returns:
        list[str]: Each once, in the order of the table.

    Raises:
        InputError: If there is no such protocol.
    """
    for name in names:
        check_choice('argument protocols', name, (ALL, *PROTOCOLS))
    return [name for name in PROTOCOLS if ALL in names or name in names]


def evaluate_protocols(names: Sequence[str], table: QuestionTable,
                       answers: np.ndarray | None,
                       candidates: CandidateSpans | None,
                       covered: np.ndarray) -> dict[str, Metrics]:
    """Evaluate the same predictions by several protocols.

    Args:
        names (Sequence[str]): Protocols.
        table (QuestionTable): The truth about all N annotated questions.
        answers (np.ndarray, optional): (N,) predicted choices, -1 where
            missing.
        candidates (CandidateSpans, optional): All predicted spans.
        covered (np.ndarray): (N,) bool, the questions with a prediction.

    Returns:
        dict[str, Metrics]: Protocol to metrics, as
        :meth:`~cra_plugin.evaluation.protocols.protocol.Protocol.evaluate`.
    """
    return {name: PROTOCOLS[name].evaluate(table, answers, candidates, covered)
            for name in names}


def render_protocols(protocols: Mapping[str, Metrics],
                     main: str | None = None) -> str:
    """Draw the protocols, one per row, and how far they are apart.

    Args:
        protocols (Mapping[str, Metrics]): What :func:`evaluate_protocols`
            gives.
        main (str, optional): The one that gets a star. Defaults to None.

    Returns:
        str: The table, at most 100 columns wide, without colors.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column('protocol')
    for name in (*COLUMNS, 'ques@tions'):
        head, _, tail = name.partition('@')
        table.add_column(f'{head}\n{tail if head == "ques" else "@" + tail}'
                         if tail else name,
                         justify='right', vertical='bottom', no_wrap=True)
    for name, metrics in protocols.items():
        table.add_row(('* ' if name == main else '  ') + name,
                      *(format_percent(metrics[each]) for each in COLUMNS),
                      str(metrics['num_questions']))
    if len(protocols) > 1:
        table.add_row('  largest difference', *(
            format_percent(_range(protocols, each)) for each in COLUMNS))
    text = StringIO()
    Console(file=text, width=WIDTH, color_system=None).print(table)
    lines = text.getvalue().splitlines()
    return '\n'.join(line.rstrip() for line in [
        'The same predictions by several protocols, percent:', '', *lines])


def _range(protocols: Mapping[str, Metrics], metric: str) -> float | None:
    """The largest less the smallest value of a metric."""
    values: list[Any] = [metrics[metric] for metrics in protocols.values()
                         if metrics[metric] is not None]
    return max(values) - min(values) if values else None
