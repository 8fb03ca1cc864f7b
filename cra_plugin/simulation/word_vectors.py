"""A fixed random vector for every word, the alphabet of simulated frames."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

import numpy as np

WORD = re.compile(r'[^\W_]+')
# Words that no frame could show. 'up', 'down', 'off' and the like are not
# among them, because 'stand up' and 'sit down' differ by them.
ARTICLES = {'a', 'an', 'the'}
AUXILIARIES = {
    'is', 'are', 'was', 'were', 'be', 'been', 'being', 'do', 'does', 'did',
    'doing', 'done', 'has', 'have', 'had', 'not', 'no'
}
QUESTION_WORDS = {
    'what', 'why', 'how', 'when', 'where', 'who', 'which', 'whose'
}
PRONOUNS = {
    'that', 'this', 'these', 'those', 'there', 'it', 'its', 'he', 'him',
    'his', 'she', 'her', 'they', 'them', 'their'
}
CONJUNCTIONS = {
    'while', 'after', 'before', 'as', 'and', 'or', 'but', 'so', 'if',
    'because'
}
PREPOSITIONS = {'of', 'to', 'in', 'on', 'at', 'with', 'for', 'from', 'by'}
STOP_WORDS = (
    ARTICLES | AUXILIARIES | QUESTION_WORDS | PRONOUNS | CONJUNCTIONS
    | PREPOSITIONS)


def content_words(text: str) -> tuple[str, ...]:
    """List the words of a text that a frame could show.

    Args:
        text (str): A question or an answer.

    Returns:
        tuple[str, ...]: Its distinct words in lower case, in order, without
        stop words and single letters (single digits stay). Where nothing
        else is left, all its words.

    Examples:
        >>> content_words("what is in the man's 2 hands")
        ('man', '2', 'hands')
    """
    words = tuple(dict.fromkeys(WORD.findall(text.lower())))
    content = tuple(word for word in words
                    if word not in STOP_WORDS
                    and (len(word) > 1 or not word.isascii() or
                         word.isdigit()))
    return content or words


@lru_cache(maxsize=1 << 14)
def word_vector(word: str, feature_dim: int) -> np.ndarray:
    """Return the vector of a word, the same in every split and world.

    Args:
        word (str): The word; its CRC-32 is the seed.
        feature_dim (int): Number of dimensions D.

    Returns:
        np.ndarray: (D,) float32, normal with unit variance. Read-only.
    """
    generator = np.random.default_rng(crc32(word.encode()))
    vector = generator.standard_normal(feature_dim, dtype=np.float32)
    vector.flags.writeable = False
    return vector


def text_vector(text: str, feature_dim: int) -> np.ndarray:
    """Return the mean of a text's word vectors, scaled to unit variance.

    Args:
        text (str): A question or an answer.
        feature_dim (int): Number of dimensions D.

    Returns:
        np.ndarray: (D,) float32: sum over :func:`content_words` divided by
        the square root of their number, so that long and short texts weigh
        the same; zeros for a text without words.
    """
    words = content_words(text)
    total = np.zeros(feature_dim, dtype=np.float32)
    for word in words:
        total += word_vector(word, feature_dim)
    vector: np.ndarray = total / np.float32(max(len(words), 1)**0.5)
    return vector
