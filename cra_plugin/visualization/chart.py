"""Charts on one picture, in the fonts and colors of all pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from cra_plugin.utils.files import atomic_path
from cra_plugin.visualization.palette import FAINT, HAIRLINE, INK
from cra_plugin.visualization.text_layout import (
    font_families,
    telling_missing_letters,
)

# Points.
TITLE_SIZE, TEXT_SIZE = 12, 9.5
STYLE: Any = {
    'font.size': TEXT_SIZE, 'axes.titlesize': TEXT_SIZE,
    'axes.titlelocation': 'left', 'axes.spines.top': False,
    'axes.spines.right': False, 'axes.edgecolor': FAINT,
    'axes.labelcolor': INK, 'text.color': INK, 'xtick.color': FAINT,
    'ytick.color': FAINT, 'axes.axisbelow': True, 'axes.grid': True,
    'grid.color': HAIRLINE, 'legend.frameon': False, 'text.parse_math': False}


def draw_charts(path: str | Path, title: str,
                charts: list[Callable[[Axes], None]], width: float = 4.0,
                height: float = 3.2, software: str = '',
                dpi: int = 150) -> None:
    """Draw charts as a PNG file: beside each other, from four on in pairs.

    Args:
        path (str | Path): The file.
        title (str): What is shown.
        charts (list[Callable[[Axes], None]]): Each draws one on its axes.
        width (float): Inches of each. Defaults to 4.
        height (float): Inches of each. Defaults to 3.2.
        software (str): What the file says that it is from. Defaults to ''.
        dpi (int): Pixels an inch. Defaults to 150.
    """
    with matplotlib.rc_context(STYLE | {'font.family': [*font_families()]}):
        figure = chart_figure(title, charts, width, height)
        texts = [text for axes in figure.axes for text in (
            axes.get_title(loc='left'),
            *(label.get_text() for label in axes.get_yticklabels()))]
        with telling_missing_letters(texts), atomic_path(path) as temporary:
            figure.savefig(temporary, dpi=dpi, format='png',
                           metadata={'Software': software})


def chart_figure(title: str, charts: list[Callable[[Axes], None]],
                 width: float, height: float) -> Figure:
    """Lay charts out; see :func:`draw_charts`."""
    columns = len(charts) if len(charts) < 4 else 2
    rows = -(-len(charts) // columns)
    figure = Figure(figsize=(width * columns, height * rows + 0.5),
                    layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.08))
    FigureCanvasAgg(figure)
    figure.suptitle(title, x=0.01, ha='left', fontsize=TITLE_SIZE,
                    fontweight='bold')
    places = figure.subplots(rows, columns, squeeze=False).flat
    for chart in charts:
        chart(next(places))
    for axes in places:
        axes.remove()
    return figure
