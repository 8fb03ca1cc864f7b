"""The block of spans: the ground truth and those of the decoders, in rows."""

from __future__ import annotations

from matplotlib.axes import Axes

from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import Span
from cra_plugin.visualization.palette import FAINT, INK, RIGHT, SPAN_COLORS
from cra_plugin.visualization.sheet import (
    MARGIN,
    SMALL,
    SMALL_LINE,
    TIME_RIGHT,
    WIDTH,
    Sheet,
    seconds_text,
)
from cra_plugin.visualization.text_layout import font

ROW_HEIGHT = 0.31
AXIS_HEIGHT = 0.5
# Inches at which the columns of numbers end.
IOU_END = WIDTH - MARGIN
IOP_END = IOU_END - 0.47


class SpanRows:
    """A row for the ground truth, where there is one, and for each decoder.

    Args:
        answer (GroundedAnswer): The spans.
        decoder (str): The main decoder, which is marked.
    """

    def __init__(self, answer: GroundedAnswer, decoder: str) -> None:
        self._answer = answer
        self._decoder = decoder
        self._has_truth = bool(answer.question.spans)
        self._above = SMALL_LINE if self._has_truth else 0.08
        self._num_rows = self._has_truth + len(answer.spans)
        self.height = (self._above + ROW_HEIGHT * self._num_rows
                       + AXIS_HEIGHT)

    def draw(self, sheet: Sheet, top: float) -> None:
        """See the protocol."""
        answer = self._answer
        top += self._above
        axes = sheet.time_axes(top, ROW_HEIGHT * self._num_rows,
                               answer.duration, answer.question.spans)
        axes.set_ylim(self._num_rows, 0)
        axes.tick_params(labelbottom=True, labelcolor=FAINT, labelsize=SMALL)
        axes.set_xlabel('fraction of the video' if answer.normalized else
                        'seconds', color=FAINT, fontproperties=font(SMALL),
                        labelpad=1)
        if self._has_truth:
            for text, end in (('IoP', IOP_END), ('IoU', IOU_END)):
                sheet.write(text, end, top - 0.11, SMALL, FAINT,
                            align='right', vertical='center')
            self._draw_truth(sheet, axes, top)
        for row, (name, span) in enumerate(answer.spans.items(),
                                           self._has_truth):
            self._draw_decoder(sheet, axes, top, row, name, span)

    def _draw_truth(self, sheet: Sheet, axes: Axes, top: float) -> None:
        """Draw the row of the ground truth."""
        spans = self._answer.question.spans
        middle = top + ROW_HEIGHT / 2
        sheet.label('ground truth', middle, INK)
        for span in spans:
            draw_span(axes, 0, span, RIGHT)
        text = f'{len(spans)} spans' if len(spans) > 1 else self._seconds(
            spans[0])
        sheet.write(text, TIME_RIGHT + 0.11, middle, SMALL, FAINT,
                    vertical='center')

    def _draw_decoder(self, sheet: Sheet, axes: Axes, top: float, row: int,
                      name: str, span: Span) -> None:
        """Draw the row of a decoder."""
        middle = top + (row + 0.5) * ROW_HEIGHT
        main = name == self._decoder
        weight = 'bold' if main else 'normal'
        sheet.label(f'▸ {name} (main)' if main else name, middle, INK,
                    weight)
        draw_span(axes, row, span,
                  decoder_color(list(self._answer.spans), name))
        sheet.write(self._seconds(span), TIME_RIGHT + 0.11, middle, SMALL,
                    INK if main else FAINT, weight, vertical='center')
        if self._has_truth:
            write_overlaps(sheet, self._answer.overlaps(span), middle,
                           INK if main else FAINT, weight)

    def _seconds(self, span: Span) -> str:
        """Write a span."""
        return seconds_text(self._answer.duration, self._answer.normalized,
                            *span)


def decoder_color(names: list[str], name: str) -> str:
    """Give the color of a decoder.

    Args:
        names (list[str]): All decoders, in their order.
        name (str): One of them.

    Returns:
        str: Its color.
    """
    return SPAN_COLORS[names.index(name) % len(SPAN_COLORS)]


def write_overlaps(sheet: Sheet, overlaps: tuple[float, float],
                   middle: float, color: str, weight: str) -> None:
    """Write IoP and IoU of a row into their columns.

    Args:
        sheet (Sheet): The page.
        overlaps (tuple[float, float]): IoP and IoU.
        middle (float): Inches of the row from the top.
        color (str): Of the numbers.
        weight (str): ``'normal'`` or ``'bold'``.
    """
    for value, end in zip(overlaps, (IOP_END, IOU_END)):
        sheet.write(f'{value:.2f}', end, middle, SMALL, color, weight,
                    'right', 'center')


def draw_span(axes: Axes, row: int, span: Span, color: str) -> None:
    """Draw a span; a point becomes a diamond.

    Args:
        axes (Axes): Of the time, a row one unit high.
        row (int): The row.
        span (Span): Seconds.
        color (str): Its color.
    """
    start, end = span
    if start == end:
        axes.plot(start, row + 0.5, 'D', color=color, markersize=7,
                  clip_on=False)
    else:
        axes.barh(row + 0.5, end - start, 0.62, start, color=color,
                  edgecolor=color, linewidth=1)
