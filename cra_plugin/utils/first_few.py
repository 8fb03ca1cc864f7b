"""The first of many things in one line, and how many there are besides."""

from __future__ import annotations

from collections.abc import Sequence


def first_few(items: Sequence[str], most: int = 5,
              separator: str = ', ') -> str:
    """List the first items and say how many there are besides.

    Args:
        items (Sequence[str]): What to list.
        most (int): How many are listed. Defaults to 5.
        separator (str): Between two items. Defaults to ', '.

    Returns:
        str: The list; '' if there are none.

    Examples:
        >>> first_few(['a', 'b', 'c'], most=2)
        'a, b, and 1 more'
    """
    text = separator.join(items[:most])
    more = len(items) - most
    return f'{text}{separator}and {more} more' if more > 0 else text
