"""Draw a model's own line among the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from cra_plugin.evaluation.leaderboard.published_results import (
    METRICS,
    NUM_QUESTIONS,
    published_on,
)
from cra_plugin.evaluation.plain_table import WIDTH, table_lines
from cra_plugin.evaluation.report_table import STAR, format_percent
from cra_plugin.utils.counted import counted

# Short for a terminal; docs/results.md has them in full, and the protocols.
SUPERVISION = {'localizer pre-trained on spans': 'spans',
               'spans of other data': 'spans', 'training-free': 'none',
               '': '-'}
OWN = 'this model'


def render_leaderboard(report: Mapping[str, Any], dataset: str, split: str,
                       name: str = OWN) -> str:
    """Draw published results and a model's own, best first.

    The order is that of Acc@GQA, or of the first metric that the model has;
    rows that lack it come last.

    Args:
        report (Mapping[str, Any]): What
            :func:`~cra_plugin.evaluation.report.build_report` gives.
        dataset (str): Which dataset was evaluated.
        split (str): Which split of it.
        name (str): What the model is called. Defaults to 'this model'.

    Returns:
        str: The table, at most 100 columns wide, and what to mind below.

    Raises:
        InputError: If nothing is published on the dataset.
    """
    published = published_on(dataset)
    rows: list[tuple[str, str, str, Mapping[str, Any]]] = [
        (f'  {each.method}',
         SUPERVISION.get(each.supervision, each.supervision),
         each.params or '-', each.metrics) for each in published]
    rows.append((STAR + name, '?', '?', report))
    first = next((each for each in METRICS if report[each] is not None),
                 METRICS[0])
    rows.sort(key=lambda row: (row[3][first] is None, -(row[3][first] or 0)))
    lines = table_lines(
        ['', 'train on', 'size', *(each.replace('@', '\n@')
                                   for each in METRICS)],
        [[method, supervision, params, *(
            format_percent(metrics[each]) for each in METRICS)]
         for method, supervision, params, metrics in rows])
    split_of_others = published[0].split
    notes = [f'* evaluated here, protocol {report["protocol"]}, on '
             f'{counted(report["num_questions"], "question")} of {split}; '
             f'the others as published, on {split_of_others}, each by its '
             'own protocol: docs/results.md has sources and protocols.']
    if split != split_of_others:
        notes.append(f'Figures on {split} and on {split_of_others} are not '
                     'of the same questions.')
    official = NUM_QUESTIONS.get((dataset, split))
    if official not in (None, report['num_questions']):
        notes.append(f'The official {split} has {official} questions: this '
                     'line is not of the same, and does not compare.')
    notes.append('Trained on: weak: answers alone; spans: spans of other '
                 'data too; none: not trained on this data.')
    return '\n'.join([*lines, *(line for note in notes
                                for line in wrap(note, WIDTH))])
