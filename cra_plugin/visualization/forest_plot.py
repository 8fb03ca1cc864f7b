"""Differences with their confidence intervals, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from cra_plugin.utils.files import atomic_path
from cra_plugin.visualization.palette import FAINT, HAIRLINE, INK
from cra_plugin.visualization.text_layout import (
    font,
    telling_missing_letters,
    text_width,
    wrap_text,
)

# Inches; text sizes are points.
WIDTH = 8.0
MARGIN = 0.3
GAP = 0.15
TITLE_SIZE, TEXT_SIZE = 12, 9.5
LINE, LEGEND_LINE, ROW, AXIS = 0.26, 0.26, 0.27, 0.65
LONGEST_LABEL = 2.6
# Okabe and Ito's, the darker ones: hollow markers must be seen too.
COLORS = ('#0072B2', '#D55E00', '#009E73', '#CC79A7', '#56B4E9', '#E69F00')
MARKERS = 'osD^v'
# Which our files are known by.
SOFTWARE = 'cra_plugin forest plot'


@dataclass(frozen=True)
class Effect:
    """One difference.

    Attributes:
        label (str): What differs; effects of one label stand together.
        series (str): Between which models, for the legend.
        difference (float): The difference.
        low (float): Lower end of its confidence interval.
        high (float): Its upper end.
        is_clear (bool): Whether it is told from 0: a filled marker.
    """

    label: str
    series: str
    difference: float
    low: float
    high: float
    is_clear: bool


def draw_forest_plot(effects: Sequence[Effect], path: str | Path, title: str,
                     note: str = '', dpi: int = 150) -> None:
    """Draw differences as a PNG file, 8 inches wide.

    Args:
        effects (Sequence[Effect]): At least one, in the order of the rows.
        path (str | Path): The file to write.
        title (str): What is shown.
        note (str): How it was measured, below. Defaults to ''.
        dpi (int): Pixels an inch. Defaults to 150: 1200 pixels wide.
    """
    texts = [title, note, *(each.series for each in effects)]
    figure = forest_figure(effects, title, note)
    with telling_missing_letters(texts), atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi, format='png',
                       metadata={'Software': SOFTWARE})


def forest_figure(effects: Sequence[Effect], title: str,
                  note: str = '') -> Figure:
    """Lay the picture out.

    Args:
        effects (Sequence[Effect]): As :func:`draw_forest_plot`.
        title (str): What is shown.
        note (str): How it was measured. Defaults to ''.

    Returns:
        Figure: With a canvas that draws PNG files.
    """
    width = WIDTH - 2 * MARGIN
    titles = wrap_text(title, font(TITLE_SIZE, 'bold'), width)
    series = list(dict.fromkeys(each.series for each in effects))
    legend = [wrap_text(each, font(TEXT_SIZE), width - 0.4)
              for each in series]
    notes = wrap_text(note, font(TEXT_SIZE), width) if note else []
    rows = len(effects) * ROW + len(_groups(effects)) * GAP
    head = MARGIN + LINE * len(titles) + LEGEND_LINE * sum(map(len, legend))
    height = head + GAP + rows + AXIS + LINE * len(notes) + MARGIN
    figure = Figure(figsize=(WIDTH, height), facecolor='white')
    FigureCanvasAgg(figure)
    _write(figure, MARGIN, titles, TITLE_SIZE, 'bold')
    top = MARGIN + LINE * len(titles)
    for place, lines in enumerate(legend):
        figure.text(MARGIN / WIDTH, 1 - (top + 0.075) / height,
                    _SHAPES[MARKERS[place % len(MARKERS)]],
                    color=COLORS[place % len(COLORS)], va='center',
                    fontproperties=font(TITLE_SIZE))
        _write(figure, top, lines, TEXT_SIZE, left=MARGIN + 0.3)
        top += LEGEND_LINE * len(lines)
    _draw_rows(figure, effects, series, head + GAP, rows)
    _write(figure, height - MARGIN - LINE * len(notes), notes, TEXT_SIZE,
           color=FAINT)
    return figure


_SHAPES = {'o': '●', 's': '■', 'D': '◆', '^': '▲', 'v': '▼'}


def _groups(effects: Sequence[Effect]) -> list[str]:
    """The labels, each once."""
    return list(dict.fromkeys(each.label for each in effects))


def _write(figure: Figure, top: float, lines: Sequence[str], size: float,
           weight: str = 'normal', left: float = MARGIN,
           color: str = INK) -> None:
    """Write lines from so many inches below the top on."""
    height = figure.get_figheight()
    for line in lines:
        figure.text(left / WIDTH, 1 - top / height, line, color=color,
                    fontproperties=font(size, weight), ha='left', va='top',
                    parse_math=False)
        top += LINE


def _draw_rows(figure: Figure, effects: Sequence[Effect],
               series: Sequence[str], top: float, rows: float) -> None:
    """Draw the axes with a row for each effect, by label."""
    height = figure.get_figheight()
    numbers = [f'{each.difference:+.1f}  [{each.low:+.1f}, {each.high:+.1f}]'
               for each in effects]
    labels = min(LONGEST_LABEL, max(
        text_width(each.label, font(TEXT_SIZE)) for each in effects)) + 0.2
    values = max(text_width(each, font(TEXT_SIZE)) for each in numbers) + 0.2
    axes = figure.add_axes((
        (MARGIN + labels) / WIDTH, 1 - (top + rows) / height,
        (WIDTH - 2 * MARGIN - labels - values) / WIDTH, rows / height))
    _style(axes, rows)
    place = 0.0
    for label in _groups(effects):
        place += GAP
        own = [index for index, each in enumerate(effects)
               if each.label == label]
        _beside(axes, place + len(own) * ROW / 2, label, 'right', labels)
        for index in own:
            _draw_effect(axes, place + ROW / 2, effects[index],
                         series.index(effects[index].series))
            _beside(axes, place + ROW / 2, numbers[index], 'left', values)
            place += ROW


def _style(axes: Axes, rows: float) -> None:
    """A scale of points below, and a line where there is no difference."""
    axes.set_ylim(rows, 0)
    axes.spines[:].set_visible(False)
    axes.tick_params(left=False, labelleft=False, bottom=False,
                     labelcolor=FAINT, labelsize=TEXT_SIZE)
    axes.set_axisbelow(True)
    axes.grid(axis='x', color=HAIRLINE, linewidth=0.8)
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_xlabel('difference in points', color=FAINT,
                    fontproperties=font(TEXT_SIZE))


def _draw_effect(axes: Axes, row: float, effect: Effect, place: int) -> None:
    """Draw an interval and its marker, filled where it is clear."""
    color = COLORS[place % len(COLORS)]
    axes.plot([effect.low, effect.high], [row, row], color=color,
              linewidth=2, solid_capstyle='butt')
    axes.plot(effect.difference, row, MARKERS[place % len(MARKERS)],
              color=color, markersize=7, markeredgewidth=1.5,
              markerfacecolor=color if effect.is_clear else 'white')


def _beside(axes: Axes, row: float, text: str, side: str,
            width: float) -> None:
    """Write left or right of the axes, at a row."""
    before = side == 'right'
    line = wrap_text(text, font(TEXT_SIZE), width)[0]
    axes.annotate(
        line, (0.0 if before else 1.0, row), (-10 if before else 10, 0),
        axes.get_yaxis_transform(), textcoords='offset points', ha=side,
        va='center', color=INK, fontproperties=font(TEXT_SIZE),
        parse_math=False)
