"""Break texts so long that a parser would not end on them."""

from __future__ import annotations

import re
from itertools import pairwise

# An empty line, at which Stanza ends a sentence.
BREAK = '\n\n'
# A word of usual length, or what a tokenizer parts from it.
_PIECE = re.compile(r'\w{1,12}|[^\w\s]')


def break_text(text: str, max_words: int) -> str:
    """Break a text into sentences of so many words at most.

    The time and the memory that a parser takes grow with the square of the
    longest sentence, or faster: 1,200 words took 15 s and 4 GiB.

    Args:
        text (str): The text. A punctuation mark counts as a word, and 12
            letters without a blank do.
        max_words (int): Words of a sentence.

    Returns:
        str: The text, the same object where it is short; else with empty
        lines in it, between words where there are any.
    """
    if len(_PIECE.findall(text)) <= max_words:
        return text
    pieces: list[str] = []
    count = 0
    for word in text.split():
        parts = _parts(word, max_words)
        for part in parts:
            size = len(_PIECE.findall(part))
            if pieces and count + size > max_words:
                pieces.append(BREAK)
                count = 0
            elif pieces and part is parts[0]:
                pieces.append(' ')
            pieces.append(part)
            count += size
    return ''.join(pieces)


def _parts(word: str, max_words: int) -> list[str]:
    """Cut what has no blank into parts that are short enough."""
    starts = [found.start() for found in _PIECE.finditer(word)]
    cuts = [0, *starts[max_words::max_words], len(word)]
    return [word[start:end] for start, end in pairwise(cuts)]
