"""The blocks of words: captions, questions, choices."""

from __future__ import annotations

from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.visualization.palette import (
    FAINT,
    INK,
    RIGHT,
    SPAN_COLORS,
    WRONG,
)
from cra_plugin.visualization.sheet import MARGIN, WIDTH, Sheet
from cra_plugin.visualization.text_layout import font, text_width, wrap_text

INNER_WIDTH = WIDTH - 2 * MARGIN
CHOICE_SIZE, CHOICE_LINE = 11, 0.25
# Inches of a choice: where its letter and its text begin, and what is kept
# for its marks and its probability.
LETTER, TEXT, MARKS = 0.25, 0.6, 2.7
SIGNS = {RIGHT: '✓', WRONG: '✗'}
LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'


class Gap:
    """Room.

    Args:
        height (float): Inches.
    """

    def __init__(self, height: float) -> None:
        self.height = height

    def draw(self, sheet: Sheet, top: float) -> None:
        """See the protocol."""


class TextBlock:
    """A text of one size, in as many lines as it takes.

    Args:
        text (str): The text.
        size (float): Points.
        color (str): Its color. Defaults to black.
        weight (str): ``'normal'`` or ``'bold'``. Defaults to 'normal'.
    """

    def __init__(self, text: str, size: float, color: str = INK,
                 weight: str = 'normal') -> None:
        self.lines = wrap_text(text, font(size, weight), INNER_WIDTH)
        self._size, self._color, self._weight = size, color, weight
        self._line = size * 1.45 / 72
        self.height = self._line * len(self.lines)

    def draw(self, sheet: Sheet, top: float) -> None:
        """See the protocol."""
        for row, line in enumerate(self.lines):
            sheet.write(line, MARGIN, top + row * self._line, self._size,
                        self._color, self._weight)


class Choices:
    """The choices of a question, with the right and the predicted marked.

    Args:
        answer (GroundedAnswer): The question and what was predicted.
        predicted (bool): Whether to tell what was predicted, and how
            probable each is, where that is known. Defaults to True.
    """

    def __init__(self, answer: GroundedAnswer,
                 predicted: bool = True) -> None:
        self._right = answer.question.answer
        self._predicted = answer.predicted if predicted else -1
        self._probabilities = answer.scores if predicted else None
        self._lines = [
            wrap_text(choice, font(CHOICE_SIZE, 'bold'),
                      INNER_WIDTH - TEXT - MARKS)
            for choice in answer.question.choices
        ]
        self.height = CHOICE_LINE * sum(map(len, self._lines))

    def draw(self, sheet: Sheet, top: float) -> None:
        """See the protocol."""
        for index, lines in enumerate(self._lines):
            self._draw_choice(sheet, top, index, lines)
            top += CHOICE_LINE * len(lines)

    def _draw_choice(self, sheet: Sheet, top: float, index: int,
                     lines: list[str]) -> None:
        """Write one choice."""
        marks = (['right answer'] * (index == self._right)
                 + ['predicted'] * (index == self._predicted))
        color = choice_color(index, self._right, self._predicted)
        weight = 'bold' if marks else 'normal'
        sheet.write(SIGNS.get(color, ''), MARGIN, top, CHOICE_SIZE, color)
        sheet.write(choice_letter(index, len(self._lines)), MARGIN + LETTER,
                    top, CHOICE_SIZE, color if marks else FAINT, weight)
        if self._probabilities is not None:
            sheet.write(f'{100 * self._probabilities[index]:.1f} %',
                        WIDTH - MARGIN, top, CHOICE_SIZE,
                        color if marks else FAINT, weight, 'right')
        for row, line in enumerate(lines):
            sheet.write(line, MARGIN + TEXT, top + row * CHOICE_LINE,
                        CHOICE_SIZE, color, weight)
        end = text_width(lines[-1], font(CHOICE_SIZE, weight))
        sheet.write(', '.join(marks), MARGIN + TEXT + end + 0.2,
                    top + (len(lines) - 1) * CHOICE_LINE, CHOICE_SIZE, color)


def choice_color(index: int, right: int | None, predicted: int) -> str:
    """Give the color of a choice.

    Args:
        index (int): The choice.
        right (int, optional): The right one; None where nobody knows.
        predicted (int): The predicted one, -1 for none.

    Returns:
        str: Right, wrong, predicted, or black.
    """
    if index == right:
        return RIGHT
    if index != predicted:
        return INK
    return SPAN_COLORS[1] if right is None else WRONG


def choice_letter(index: int, count: int) -> str:
    """Name a choice, by a number where there are more than letters.

    Args:
        index (int): The choice.
        count (int): Number of choices.

    Returns:
        str: Such as ``'B'``.
    """
    return LETTERS[index] if count <= len(LETTERS) else str(index + 1)
