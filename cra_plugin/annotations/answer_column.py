"""Right answers in a table of questions: texts, or indices of choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cra_plugin.errors import InputError, describe


@dataclass(frozen=True)
class AnswerCell:
    """The right answer of one row, as it is written.

    Attributes:
        line (int): The line of the row.
        text (str): What the cell holds.
        choices (tuple[str, ...]): The choices of the row.
    """

    line: int
    text: str
    choices: tuple[str, ...]

    @property
    def as_text(self) -> int | None:
        """The first choice with this text, None where there is none."""
        if self.text not in self.choices:
            return None
        return self.choices.index(self.text)

    @property
    def as_index(self) -> int | None:
        """The choice with this index, None where it is none."""
        indices = map(str, range(len(self.choices)))
        return int(self.text) if self.text in indices else None


def read_answer_column(path: str | Path,
                       cells: Sequence[AnswerCell]) -> list[int]:
    """Tell which choices are right.

    NExT-GQA writes the text of the right choice, NExT-QA its index. A file
    writes all of its answers in one way, which tells what the 3 means that is
    the answer to "how many".

    Args:
        path (str | Path): The table, for messages.
        cells (Sequence[AnswerCell]): The answers of all rows.

    Returns:
        list[int]: The indices of the right choices.

    Raises:
        InputError: If an answer is no choice, or all are choices either way
            and one means two of them.
    """
    texts = [cell.as_text for cell in cells]
    indices = [cell.as_index for cell in cells]
    by_text = [index for index in texts if index is not None]
    by_index = [index for index in indices if index is not None]
    if len(by_text) == len(by_index) == len(cells):
        for cell, text, index in zip(cells, by_text, by_index):
            if text != index:
                raise InputError(
                    f'{path}, line {cell.line}, column answer',
                    f'{cell.text!r}, as text choice {text} and as index '
                    f'choice {index}', 'answers that are read in one way',
                    'write the texts of all right choices in words')
    if len(by_text) >= len(by_index):
        _refuse_first(path, cells, texts, 'one of the choices {choices}',
                      'copy the text of the right choice')
        return by_text
    _refuse_first(path, cells, indices, 'the index of one of the choices '
                  '{choices}, from 0, as in other rows',
                  'write the indices, or the texts, of all right choices')
    return by_index


def _refuse_first(path: str | Path, cells: Sequence[AnswerCell],
                  found: Sequence[int | None], expected: str,
                  fix: str) -> None:
    """Name the first answer that is no choice."""
    for cell, index in zip(cells, found):
        if index is None:
            raise InputError(f'{path}, line {cell.line}, column answer',
                             describe(cell.text),
                             expected.format(
                                 choices=describe(cell.choices, 400)), fix)
