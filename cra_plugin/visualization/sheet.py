"""A page on which blocks are drawn from top to bottom, and how it is saved."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.files import atomic_path
from cra_plugin.visualization.palette import HAIRLINE, RIGHT
from cra_plugin.visualization.text_layout import (
    fit_text,
    font,
    warn_of_missing_letters,
)

# Inches.
WIDTH = 10.
MARGIN = 0.4
# Left and right of the time axis: names, and numbers.
LABEL_WIDTH = 1.6
VALUE_WIDTH = 2.4
TIME_LEFT = MARGIN + LABEL_WIDTH
TIME_WIDTH = WIDTH - TIME_LEFT - VALUE_WIDTH - MARGIN
TIME_RIGHT = TIME_LEFT + TIME_WIDTH
# Points, and the inches of a line of it.
SMALL, SMALL_LINE = 9.5, 0.26
FORMATS = ('png', 'pdf', 'svg')
# Pixels of a picture that programs still open.
HIGHEST = 30000


class Block(Protocol):
    """A part of a page.

    Attributes:
        height (float): Inches.
    """

    height: float

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw it.

        Args:
            sheet (Sheet): The page.
            top (float): Inches from its upper end.
        """


class Sheet:
    """A figure of ``WIDTH`` inches.

    Args:
        blocks (Sequence[Block]): What is on it, from top to bottom.

    Attributes:
        figure (Figure): The figure.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.height = 2 * MARGIN + sum(block.height for block in blocks)
        self.figure = Figure(figsize=(WIDTH, self.height), facecolor='white')
        FigureCanvasAgg(self.figure)
        top = MARGIN
        for block in blocks:
            block.draw(self, top)
            top += block.height

    def write(self, text: str, left: float, top: float, size: float,
              color: str, weight: str = 'normal', align: str = 'left',
              vertical: str = 'top') -> None:
        """Write a line.

        Args:
            text (str): The line.
            left (float): Inches from the left of what ``align`` names.
            top (float): Inches from the top of what ``vertical`` names.
            size (float): Points.
            color (str): Its color.
            weight (str): ``'normal'`` or ``'bold'``. Defaults to 'normal'.
            align (str): ``'left'``, ``'center'`` or ``'right'``. Defaults
                to 'left'.
            vertical (str): ``'top'`` or ``'center'``. Defaults to 'top'.
        """
        self.figure.text(
            left / WIDTH, 1 - top / self.height, text, color=color,
            fontproperties=font(size, weight), ha=align, va=vertical,
            parse_math=False)

    def label(self, text: str, middle: float, color: str,
              weight: str = 'normal', width: float = LABEL_WIDTH) -> None:
        """Name a row to the left of the time axis.

        Args:
            text (str): The name; what does not fit is cut off.
            middle (float): Inches from the top.
            color (str): Its color.
            weight (str): As :meth:`write`. Defaults to 'normal'.
            width (float): Inches that it may take. Defaults to those there
                are.
        """
        self.write(fit_text(text, font(SMALL, weight), width - 0.1), MARGIN,
                   middle, SMALL, color, weight, vertical='center')

    def time_axes(self, top: float, height: float, duration: float,
                  truth: Sequence[Span] = ()) -> Axes:
        """Add axes over the time of a video.

        Args:
            top (float): Inches from the top.
            height (float): Inches.
            duration (float): Seconds.
            truth (Sequence[Span]): Spans that are shaded. Defaults to ().

        Returns:
            Axes: Without frame, ticks or labels.
        """
        axes = self.figure.add_axes((
            TIME_LEFT / WIDTH, 1 - (top + height) / self.height,
            TIME_WIDTH / WIDTH, height / self.height))
        axes.set_xlim(0, duration)
        axes.xaxis.set_major_locator(MaxNLocator(8))
        axes.ticklabel_format(axis='x', style='plain', useOffset=False)
        axes.spines[:].set_visible(False)
        axes.tick_params(left=False, labelleft=False, bottom=False,
                         labelbottom=False)
        axes.set_axisbelow(True)
        axes.grid(axis='x', color=HAIRLINE, linewidth=0.8)
        for start, end in truth:
            axes.axvspan(start, end, color=RIGHT, alpha=0.12, linewidth=0)
        return axes

    def save(self, path: str | Path, dpi: int) -> None:
        """Write the page to a file.

        Args:
            path (str | Path): Its suffix is the format, one of ``FORMATS``.
            dpi (int): Pixels an inch, of PNG; fewer where the page is too
                high for them.

        Raises:
            InputError: If there is no such format.
        """
        suffix = picture_format(path)
        warn_of_missing_letters(
            [text.get_text() for text in self.figure.findobj(
                matplotlib.text.Text)])
        # Nothing of the moment, so that the same gives the same file.
        stamp = {'svg': 'Date', 'pdf': 'CreationDate'}.get(suffix)
        with (atomic_path(path) as temporary,
              matplotlib.rc_context({'svg.hashsalt': 'cra_plugin',
                                     'pdf.fonttype': 42}),
              warnings.catch_warnings()):
            warnings.filterwarnings('ignore', 'Glyph .* missing from')
            self.figure.savefig(
                temporary, dpi=min(dpi, HIGHEST / self.height),
                format=suffix,
                metadata={stamp: None} if stamp else None)


def picture_format(path: str | Path) -> str:
    """Read the format of a picture off its name.

    Args:
        path (str | Path): The file.

    Returns:
        str: One of ``FORMATS``.

    Raises:
        InputError: If it is none.
    """
    suffix = Path(path).suffix.lower().removeprefix('.')
    if suffix not in FORMATS:
        raise InputError(path, f'the suffix {Path(path).suffix!r}',
                         f'one of {", ".join(f".{each}" for each in FORMATS)}',
                         'name a picture')
    return suffix


def seconds_text(duration: float, normalized: bool, *seconds: float) -> str:
    """Write times, with as many digits as the video asks for.

    Args:
        duration (float): Seconds of the video.
        normalized (bool): Whether times are fractions of it.
        *seconds (float): A point, or start and end.

    Returns:
        str: Such as ``'3.0 to 4.5 s'``.

    Examples:
        >>> seconds_text(20., False, 3., 4.5)
        '3.0 to 4.5 s'
        >>> seconds_text(.5, False, .125, .125)
        '0.125 s'
    """
    digits = 2 if normalized else sum(
        duration < limit for limit in (1000, 5, 1))
    parts = [f'{each:.{digits}f}' for each in seconds]
    unit = '' if normalized else ' s'
    return ' to '.join(dict.fromkeys(parts)) + unit
