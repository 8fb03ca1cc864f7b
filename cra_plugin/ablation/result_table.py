"""The results of an ablation as Markdown and csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cra_plugin.utils.files import atomic_path

CSV_COLUMNS = ('variant', 'test', 'metric', 'seeds', 'mean', 'std',
               'difference', 'difference_std')


def render_results(results: Mapping[str, Any]) -> str:
    """Write two tables per test set: the values, and differences to the base.

    Args:
        results (Mapping[str, Any]): What
            :func:`~cra_plugin.ablation.results.gather_results` gives.

    Returns:
        str: Markdown that is aligned for terminals too.
    """
    base, metrics = results['base'], results['metrics']
    lines = ['Percent: mean ± standard deviation over the seeds.', '']
    for test in dict.fromkeys(row['test'] for row in results['rows']):
        rows = [row for row in results['rows'] if row['test'] == test]
        lines += [f'Tested on {test}:', '', *_table(
            ['variant', 'seeds', *metrics],
            [[row['variant'], str(len(row['seeds'])), *(
                _number(row['mean'][metric], row['std'][metric])
                for metric in metrics)] for row in rows]), '']
        others = [row for row in rows if row['variant'] != base]
        if others:
            lines += [f'Tested on {test}, less {base} with the same seed:',
                      '', *_table(['variant', *metrics], [
                          [row['variant'], *(
                              _number(row['difference'][metric],
                                      row['difference_std'][metric], '+')
                              for metric in metrics)]
                          for row in others]), '']
    lines += [f'Failed: {each["run"]}: {each["reason"]} (log: {each["log"]})'
              for each in results['failed']]
    if results['unfinished']:
        lines.append(f'Not finished: {"; ".join(results["unfinished"])}')
    return '\n'.join(lines).rstrip('\n')


def write_csv(path: str | Path, results: Mapping[str, Any]) -> None:
    """Write one line per variant, test set and metric, atomically.

    Args:
        path (str | Path): The file.
        results (Mapping[str, Any]): As for :func:`render_results`.
    """
    with atomic_path(path) as temporary, open(
            temporary, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        for row in results['rows']:
            for metric in results['metrics']:
                writer.writerow([
                    row['variant'], row['test'], metric,
                    len(row['values'][metric]),
                    *(row[part][metric] for part in CSV_COLUMNS[4:])])


def _number(value: float | None, spread: float | None,
            sign: str = '') -> str:
    """A mean with its spread, or '-' where there is none."""
    if value is None:
        return '-'
    text = f'{value:{sign}.1f}'
    return text if spread is None else f'{text} ± {spread:.1f}'


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    widths = [max(map(len, column)) for column in zip(heads, *rows)]
    lines = [heads, ['-' * width for width in widths], *rows]
    return ['| ' + ' | '.join(cell.ljust(width) for cell, width in
                              zip(line, widths)) + ' |' for line in lines]
