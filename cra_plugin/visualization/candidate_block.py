"""The block of choices that are grounded by themselves, in rows."""

from __future__ import annotations

import numpy as np

from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import Span
from cra_plugin.visualization.palette import FAINT, INK
from cra_plugin.visualization.question_block import (
    choice_color,
    choice_letter,
)
from cra_plugin.visualization.sheet import (
    MARGIN,
    SMALL,
    SMALL_LINE,
    TIME_RIGHT,
    Sheet,
    seconds_text,
)
from cra_plugin.visualization.span_block import (
    IOP_END,
    IOU_END,
    draw_span,
    write_overlaps,
)
from cra_plugin.visualization.weight_block import as_fractions, draw_bars

# Inches: of a row, of its bars, and of the span below them.
ROW_HEIGHT, BARS, SPAN = 0.5, 0.28, 0.13
# More choices are not drawn; the most probable are.
MOST_ROWS = 12


class CandidateRows:
    """Weights and span of every choice, all on the scale of the highest.

    Args:
        answer (GroundedAnswer): An answer with weights of every choice.
        decoder (str): What decoded the spans.
    """

    def __init__(self, answer: GroundedAnswer, decoder: str) -> None:
        assert answer.candidate_weights is not None
        self._answer = answer
        self._decoder = decoder
        self._weights = [as_fractions(each)[0]
                         for each in answer.candidate_weights]
        self._rows = _chosen_rows(answer)
        self.height = SMALL_LINE + ROW_HEIGHT * len(self._rows)

    def draw(self, sheet: Sheet, top: float) -> None:
        """See the protocol."""
        answer = self._answer
        shown, count = len(self._rows), len(self._weights)
        which = 'every choice' if shown == count else (
            f'{shown} of {count} choices')
        middle = top + SMALL_LINE / 2
        sheet.write(f'frame weights and span ({self._decoder}) of {which}, '
                    'on one scale', MARGIN, middle, SMALL, FAINT,
                    vertical='center')
        if answer.question.spans:
            for text, end in (('IoP', IOP_END), ('IoU', IOU_END)):
                sheet.write(text, end, middle, SMALL, FAINT, align='right',
                            vertical='center')
        top += SMALL_LINE
        for row in self._rows:
            self._draw_row(sheet, top, row, answer.candidate_spans[row])
            top += ROW_HEIGHT

    def _draw_row(self, sheet: Sheet, top: float, row: int,
                  span: Span) -> None:
        """Draw one choice."""
        answer, question = self._answer, self._answer.question
        top += (ROW_HEIGHT - BARS - SPAN) / 2
        color = choice_color(row, question.answer, answer.predicted)
        axes = sheet.time_axes(top, BARS, answer.duration, question.spans)
        every = np.concatenate(self._weights)
        axes.set_ylim(min(0., every.min()), max(
            every.max(), 2 / len(answer.frame_times)))
        draw_bars(axes, answer, self._weights[row])
        axes = sheet.time_axes(top + BARS, SPAN, answer.duration,
                               question.spans)
        axes.set_ylim(1, 0)
        draw_span(axes, 0, span, FAINT if color == INK else color)
        chosen = row == answer.predicted
        weight, ink = ('bold', INK) if chosen else ('normal', FAINT)
        middle = top + (BARS + SPAN) / 2
        letter = choice_letter(row, len(question.choices))
        sheet.label(f'{letter}  {question.choices[row]}', middle,
                    color if chosen or row == question.answer else FAINT,
                    weight)
        sheet.write(seconds_text(answer.duration, answer.normalized, *span),
                    TIME_RIGHT + 0.11, middle, SMALL, ink, weight,
                    vertical='center')
        if question.spans:
            write_overlaps(sheet, answer.overlaps(span), middle, ink, weight)


def _chosen_rows(answer: GroundedAnswer) -> list[int]:
    """Choices that are drawn, in their order."""
    count = len(answer.question.choices)
    scores = np.zeros(count) if answer.scores is None else answer.scores
    # Those that a reader asks for first.
    best = sorted(range(count), key=lambda row: (
        row != answer.predicted, row != answer.question.answer, -scores[row]))
    return sorted(best[:MOST_ROWS])
