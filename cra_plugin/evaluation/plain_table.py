"""Tables of text for terminals, without colors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table

# Columns of a terminal; longer names are folded.
WIDTH = 100


def table_lines(header: Sequence[str],
                rows: Iterable[Sequence[str]]) -> list[str]:
    """Lay out a table whose columns but the first are numbers.

    Args:
        header (Sequence[str]): Names of the columns.
        rows (Iterable[Sequence[str]]): The cells of each row.

    Returns:
        list[str]: Its lines, at most 100 columns wide.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for place, name in enumerate(header):
        table.add_column(name, overflow='fold', vertical='bottom',
                         justify='right' if place else 'left')
    for row in rows:
        table.add_row(*row)
    text = StringIO()
    Console(file=text, width=WIDTH, color_system=None, markup=False,
            highlight=False, emoji=False).print(table)
    return [line.rstrip() for line in text.getvalue().splitlines()]
