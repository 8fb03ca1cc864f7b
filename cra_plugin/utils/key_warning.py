"""Warn of many questions by naming a few."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from cra_plugin.errors import describe
from cra_plugin.utils.counted import counted
from cra_plugin.utils.first_few import first_few

NUM_NAMED = 3
# Letters; longer ones are shortened.
LONGEST_KEY = 120


def warn_of_keys(keys: Sequence[str], what: str,
                 noun: str = 'question') -> None:
    """Log how many keys there are and name a few, if there are any.

    The warnings go to the logger ``cra_plugin``, which writes them to
    stderr unless logging is set up otherwise.

    Args:
        keys (Sequence[str]): Keys of questions.
        what (str): What is the matter with them, after their number.
        noun (str): What one of them is. Defaults to ``'question'``.
    """
    if keys:
        logging.getLogger('cra_plugin').warning(
            'warning: %s %s%s', counted(len(keys), noun), what,
            name_keys(keys))


def name_keys(keys: Sequence[str]) -> str:
    """Name a few keys in brackets, after a blank; nothing if none."""
    return f' ({first_few(list(map(_name, keys)), NUM_NAMED)})' if keys else ''


def _name(key: str) -> str:
    """Write a key, however long, on one line."""
    plain = key.isprintable() and len(key) <= LONGEST_KEY
    return key if plain else describe(key)
