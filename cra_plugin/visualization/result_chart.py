"""What every seed of every variant reaches, beside the best prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from cra_plugin.visualization.chart import TEXT_SIZE, draw_charts
from cra_plugin.visualization.palette import FAINT, INK, SPAN_COLORS
from cra_plugin.visualization.text_layout import fit_text, font

# Inches a variant, beside those of the axis.
ROW, AXIS = 0.32, 1.3
# Inches of a name at most, of the 5 that a chart is wide.
NAME = 2.5
PRIOR = 'best prior'
# Of which the best prior is told.
PRIOR_METRIC = 'Acc@GQA'
# Which our files are known by.
SOFTWARE = 'cra_plugin result chart'


def draw_results(results: Mapping[str, Any], path: str | Path,
                 dpi: int = 150) -> None:
    """Draw the first metric as a PNG file, one chart per test set.

    Args:
        results (Mapping[str, Any]): What
            :func:`~cra_plugin.ablation.results.gather_results` gives, with
            at least one row.
        path (str | Path): The file.
        dpi (int): Pixels an inch. Defaults to 150.
    """
    metric = results['metrics'][0]
    tests: dict[str, list[Any]] = {}
    for row in results['rows']:
        tests.setdefault(row['test'], []).append(row)
    most = max(map(len, tests.values()))
    draw_charts(path, f'{metric}: seeds (dots), their mean (black)' + (
                    ', the best prior (gray)' if metric == PRIOR_METRIC
                    else ''),
                [partial(_draw_test, name, rows, metric)
                 for name, rows in tests.items()],
                width=7. if len(tests) == 1 else 5.,
                height=AXIS + ROW * most, software=SOFTWARE, dpi=dpi)


def _draw_test(name: str, rows: Sequence[Mapping[str, Any]], metric: str,
               axes: Axes) -> None:
    """Draw a line of dots per variant, the first on top."""
    properties = font(TEXT_SIZE)
    axes.set_title(fit_text(f'tested on {name}', properties, NAME))
    axes.set_yticks(range(len(rows)), [
        fit_text(row['variant'], properties, NAME) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(axis='y', visible=False)
    for place, row in enumerate(rows):
        values = [value for value in row['values'][metric].values()
                  if value is not None]
        axes.plot(values, [place] * len(values), 'o', color=SPAN_COLORS[1],
                  alpha=0.6, markersize=6, markeredgewidth=0)
        if values:
            mean = sum(values) / len(values)
            axes.plot([mean, mean], [place - 0.3, place + 0.3], color=INK,
                      linewidth=2)
            axes.annotate(f'{mean:.1f}', (max(values), place), (9, 0),
                          textcoords='offset points', va='center',
                          fontsize=TEXT_SIZE)
        prior = row['mean'].get(PRIOR)
        if metric == PRIOR_METRIC and prior is not None:
            axes.plot(prior, place, '|', color=FAINT, markersize=12)
    axes.set_xlabel(f'{metric}, percent', color=FAINT)
    axes.margins(x=0.12)
