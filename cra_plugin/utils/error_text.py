"""Errors of libraries, shortened for a message of one line."""

from __future__ import annotations

# Letters.
LONGEST = 300


def one_line(error: object) -> str:
    """Write an error, or its text, in one line.

    Args:
        error (object): The error.

    Returns:
        str: Its text without line breaks, at most 300 letters.
    """
    return ' '.join(str(error).split())[:LONGEST]


def named_line(error: BaseException) -> str:
    """Write the kind of an error too, where the text alone may say little.

    Args:
        error (BaseException): The error.

    Returns:
        str: Its class and text without line breaks, at most 300 letters.
    """
    return one_line(f'{type(error).__name__}: {error}')


def first_line(error: BaseException) -> str:
    """Write the first line of an error whose others are advice.

    Args:
        error (BaseException): The error.

    Returns:
        str: The line, at most 300 letters; the class where there is none.
    """
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return one_line(lines[0])
