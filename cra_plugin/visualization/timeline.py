"""One picture per question: what was answered, and which seconds prove it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from cra_plugin.spans.frame_weights import without_overflow
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.files import atomic_path
from cra_plugin.visualization.palette import (
    FAINT,
    HAIRLINE,
    INK,
    RIGHT,
    SPAN_COLORS,
    WEIGHT_COLOR,
    WRONG,
)
from cra_plugin.visualization.text_layout import font, text_width, wrap_text

# Inches; text sizes are points.
WIDTH = 9.0
MARGIN = 0.35
TITLE_SIZE, TITLE_LINE = 15, 0.29
CHOICE_SIZE, CHOICE_LINE = 11, 0.25
SMALL_SIZE, SMALL_LINE = 9.5, 0.26
GAP = 0.2
WEIGHTS_HEIGHT = 1.25
ROW_HEIGHT = 0.31
AXIS_HEIGHT = 0.62
LABEL_WIDTH = 1.25
VALUE_WIDTH = 1.2


def draw_timeline(answer: GroundedAnswer,
                  path: str | Path,
                  dpi: int = 200) -> None:
    """Draw a grounded answer as a PNG file, 9 inches wide.

    From top to bottom: the question, its choices with the right and the
    predicted one marked, the frame weights over time, the ground truth and
    the span of each decoder, and how much of each span is right (IoP).

    Args:
        answer (GroundedAnswer): What to draw.
        path (str | Path): The file to write.
        dpi (int): Pixels an inch. Defaults to 200: 1800 pixels wide.
    """
    page = _Page(answer)
    page.draw()
    with atomic_path(path) as temporary:
        page.figure.savefig(temporary, dpi=dpi, format='png')


def _seconds(span: Span) -> str:
    """Write a span, or a point, in seconds."""
    start, end = span
    return f'{start:.1f} s' if start == end else f'{start:.1f} to {end:.1f} s'


class _Page:
    """A figure that is filled from top to bottom.

    Args:
        answer (GroundedAnswer): What to draw.
    """

    def __init__(self, answer: GroundedAnswer) -> None:
        self.answer = answer
        width = WIDTH - 2 * MARGIN
        self.title = wrap_text(answer.question.question,
                               font(TITLE_SIZE, 'bold'), width)
        self.choices = [
            wrap_text(choice, font(CHOICE_SIZE, 'bold'), width - 2.8)
            for choice in answer.question.choices
        ]
        self.num_rows = 1 + len(answer.spans)
        self.plot_height = ROW_HEIGHT * self.num_rows
        if answer.frame_weights is not None:
            self.plot_height += WEIGHTS_HEIGHT + GAP / 2
        self.height = (2 * MARGIN + SMALL_LINE + TITLE_LINE * len(self.title) +
                       GAP / 2 + CHOICE_LINE * sum(map(len, self.choices)) +
                       GAP + self.plot_height + AXIS_HEIGHT + SMALL_LINE)
        self.figure = Figure(figsize=(WIDTH, self.height), facecolor='white')
        FigureCanvasAgg(self.figure)
        self.cursor = MARGIN

    def draw(self) -> None:
        """Fill the page."""
        question = self.answer.question
        caption = f'video {question.video_id}  ·  question {question.qid}'
        if question.type:
            caption += f'  ·  {question.type}'
        self._write(caption, SMALL_SIZE, FAINT)
        self.cursor += SMALL_LINE
        for line in self.title:
            self._write(line, TITLE_SIZE, INK, weight='bold')
            self.cursor += TITLE_LINE
        self.cursor += GAP / 2
        for index, lines in enumerate(self.choices):
            self._write_choice(index, lines)
        self.cursor += GAP
        if self.answer.frame_weights is not None:
            self._draw_weights(self.answer.frame_weights)
            self.cursor += WEIGHTS_HEIGHT + GAP / 2
        self._draw_rows()
        self.cursor += ROW_HEIGHT * self.num_rows + AXIS_HEIGHT
        self._write(self._footer(), SMALL_SIZE, INK)

    def _write(self, text: str, size: float, color: str, left: float = MARGIN,
               weight: str = 'normal') -> None:
        """Write a line at the cursor, ``left`` inches from the left."""
        self.figure.text(
            left / WIDTH, 1 - self.cursor / self.height, text, color=color,
            fontproperties=font(size, weight), ha='left', va='top',
            parse_math=False)

    def _write_choice(self, index: int, lines: list[str]) -> None:
        """Write a choice, with a mark for right and predicted."""
        is_right = index == self.answer.question.answer
        is_predicted = index == self.answer.predicted
        marks = ['right answer'] * is_right + ['predicted'] * is_predicted
        color = RIGHT if is_right else WRONG if is_predicted else INK
        if is_predicted and self.answer.question.answer is None:
            color = SPAN_COLORS[1]
        sign = '✓' if is_right else '✗' if color == WRONG else ''
        weight = 'bold' if marks else 'normal'
        self._write(sign, CHOICE_SIZE, color)
        self._write(f'{chr(ord("A") + index)}', CHOICE_SIZE,
                    color if marks else FAINT, MARGIN + 0.25, weight)
        for line in lines:
            self._write(line, CHOICE_SIZE, color, MARGIN + 0.55, weight)
            self.cursor += CHOICE_LINE
        self.cursor -= CHOICE_LINE
        end = text_width(lines[-1], font(CHOICE_SIZE, weight))
        self._write('   ' + ', '.join(marks), CHOICE_SIZE, color,
                    MARGIN + 0.55 + end)
        self.cursor += CHOICE_LINE

    def _axes(self, height: float) -> Axes:
        """Add axes over the time of the video, with the top at the cursor."""
        left = MARGIN + LABEL_WIDTH
        width = WIDTH - left - MARGIN - VALUE_WIDTH
        bottom = self.height - self.cursor - height
        axes = self.figure.add_axes((left / WIDTH, bottom / self.height,
                                     width / WIDTH, height / self.height))
        axes.set_xlim(0, self.answer.duration)
        axes.spines[:].set_visible(False)
        axes.tick_params(
            left=False, labelleft=False, bottom=False, labelbottom=False)
        axes.set_axisbelow(True)
        axes.grid(axis='x', color=HAIRLINE, linewidth=0.8)
        for start, end in self.answer.question.spans:
            axes.axvspan(start, end, color=RIGHT, alpha=0.12, linewidth=0)
        return axes

    def _draw_weights(self, frame_weights: np.ndarray) -> None:
        """Draw the frame weights, and what uniform ones would be."""
        times = np.asarray(self.answer.frame_times, dtype=float)
        weights = without_overflow(np.asarray(frame_weights, dtype=float))
        axes = self._axes(WEIGHTS_HEIGHT)
        steps = np.diff(times)
        steps = steps[steps > 0]
        step = np.median(steps) if len(steps) else self.answer.duration / 20
        axes.bar(times, weights, 0.8 * step, color=WEIGHT_COLOR)
        axes.axhline(
            weights.mean(), color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_ylim(0, max(1.08 * weights.max(), 1e-9))
        self._label(axes, 0.5, 'frame weights', FAINT)
        self._value(axes, float(weights.mean()) / axes.get_ylim()[1], 'mean')
        axes.spines['bottom'].set(visible=True, color=HAIRLINE)

    def _draw_rows(self) -> None:
        """Draw the ground truth and the span of each decoder, a row each."""
        axes = self._axes(ROW_HEIGHT * self.num_rows)
        axes.set_ylim(self.num_rows, 0)
        axes.tick_params(
            labelbottom=True, labelcolor=FAINT, labelsize=SMALL_SIZE)
        axes.set_xlabel(
            'seconds', color=FAINT, fontproperties=font(SMALL_SIZE))
        truth = self.answer.question.spans
        self._row(axes, 0, 'ground truth', truth, RIGHT)
        for row, (name, span) in enumerate(self.answer.spans.items(), 1):
            color = SPAN_COLORS[(row - 1) % len(SPAN_COLORS)]
            self._row(axes, row, name, (span, ), color)

    def _row(self, axes: Axes, row: int, name: str, spans: tuple[Span, ...],
             color: str) -> None:
        """Draw a row of spans; a point becomes a diamond."""
        height = 1 - (row + 0.5) / self.num_rows
        self._label(axes, height, name, INK)
        if not spans:
            self._value(axes, height, 'not annotated')
        elif len(spans) == 1:
            self._value(axes, height, _seconds(spans[0]))
        else:
            self._value(axes, height, f'{len(spans)} spans')
        for start, end in spans:
            if start == end:
                axes.plot(
                    start, row + 0.5, 'D', color=color, markersize=7,
                    clip_on=False)
            else:
                axes.barh(
                    row + 0.5, end - start, 0.62, start, color=color,
                    edgecolor=color, linewidth=1)

    @staticmethod
    def _label(axes: Axes, height: float, text: str, color: str) -> None:
        """Write to the left of the axes, at a fraction of their height."""
        axes.annotate(
            text, (0, height), (-10, 0), 'axes fraction',
            textcoords='offset points', ha='right', va='center', color=color,
            fontproperties=font(SMALL_SIZE), parse_math=False)

    @staticmethod
    def _value(axes: Axes, height: float, text: str) -> None:
        """Write to the right of the axes, at a fraction of their height."""
        axes.annotate(
            text, (1, height), (10, 0), 'axes fraction',
            textcoords='offset points', ha='left', va='center', color=FAINT,
            fontproperties=font(SMALL_SIZE), parse_math=False)

    def _footer(self) -> str:
        """Say how good each span is."""
        if not self.answer.question.spans:
            return 'No ground truth: IoP is unknown'
        parts = [
            f'{name} {self.answer.overlaps(span)[0]:.2f}'
            for name, span in self.answer.spans.items()
        ]
        return 'IoP    ' + '    ·    '.join(parts)
