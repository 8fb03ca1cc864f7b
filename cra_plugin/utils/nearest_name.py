"""Find the name that somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from cra_plugin.utils.first_few import first_few

NUM_LISTED = 12


def nearest_name(name: str,
                 names: Iterable[str],
                 similarity: float = 0.6) -> str | None:
    """Find the name that is most like another one, whatever their case.

    Args:
        name (str): What was written.
        names (Iterable[str]): What there is.
        similarity (float): The least ratio of
            :class:`difflib.SequenceMatcher`, from 0 to 1. Defaults to 0.6.

    Returns:
        str, optional: The nearest; None where none is near.

    Examples:
        >>> nearest_name('gat', ['gate', 'sigma'])
        'gate'
    """
    by_lower = {each.lower(): each for each in names}
    found = get_close_matches(name.lower(), by_lower, 1, similarity)
    return by_lower[found[0]] if found else None


def list_names(names: Iterable[str]) -> str:
    """Name all of some names, or the first of many.

    Args:
        names (Iterable[str]): The names.

    Returns:
        str: They, in their order and joined by commas.
    """
    return first_few(list(names), NUM_LISTED) or 'none'
