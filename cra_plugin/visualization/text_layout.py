"""Fonts, and lines that fit into a width."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import (
    FontProperties,
    findfont,
    get_font,
    get_font_names,
)

# Fine enough for hinting not to matter.
DPI = 288
# The first has Latin, Greek, Cyrillic and Arabic letters; the others fill in.
WANTED_FONTS = ('DejaVu Sans', 'Noto Sans CJK SC', 'Noto Sans CJK JP',
                'WenQuanYi Zen Hei', 'Droid Sans Fallback', 'PingFang SC',
                'Hiragino Sans', 'Microsoft YaHei', 'Yu Gothic',
                'Malgun Gothic', 'IPAexGothic', 'Noto Sans Devanagari',
                'Noto Emoji')


@lru_cache(maxsize=1)
def _renderer() -> RendererAgg:
    """Return the renderer that measures texts."""
    return RendererAgg(1, 1, DPI)


@lru_cache(maxsize=1)
def font_families() -> tuple[str, ...]:
    """List the wanted fonts that this machine has."""
    installed = set(get_font_names())
    return tuple(name for name in WANTED_FONTS if name in installed)


def font(size: float, weight: str = 'normal') -> FontProperties:
    """Return the font of all pictures.

    Args:
        size (float): Points.
        weight (str): ``'normal'`` or ``'bold'``. Defaults to 'normal'.

    Returns:
        FontProperties: The font.
    """
    return FontProperties(
        family=list(font_families()), size=size, weight=weight)


def text_width(text: str, properties: FontProperties) -> float:
    """Return the width of a line of text in inches."""
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'Glyph .* missing from')
        width = _renderer().get_text_width_height_descent(
            text, properties, ismath=False)[0]
    inches: float = width / DPI
    return inches


def wrap_text(text: str, properties: FontProperties,
              width: float) -> list[str]:
    """Break a text into lines, and words that are wider than a line.

    Args:
        text (str): The text; any white space counts as one blank.
        properties (FontProperties): The font.
        width (float): Inches.

    Returns:
        list[str]: At least one line.
    """
    lines = ['']
    for word in text.split():
        longer = f'{lines[-1]} {word}'.strip()
        if text_width(longer, properties) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append('')
        for letter in word:
            if lines[-1] and text_width(lines[-1] + letter,
                                        properties) > width:
                lines.append('')
            lines[-1] += letter
    return lines


def fit_text(text: str, properties: FontProperties, width: float) -> str:
    """Cut a text off where it is wider than its place.

    Args:
        text (str): The text.
        properties (FontProperties): The font.
        width (float): Inches.

    Returns:
        str: The text, or its beginning and three dots.
    """
    if text_width(text, properties) <= width:
        return text
    while text and text_width(f'{text}…', properties) > width:
        text = text[:-1]
    return f'{text}…'


def missing_letters(texts: Iterable[str]) -> str:
    """Find letters that no font of this machine has, of those wanted.

    Args:
        texts (Iterable[str]): What is to be drawn.

    Returns:
        str: The letters, each once.
    """
    known: set[int] = set()
    for family in font_families():
        known |= set(get_font(findfont(family)).get_charmap())
    return ''.join(sorted({
        letter for text in texts for letter in text
        if ord(letter) not in known and not letter.isspace()}))


@contextmanager
def telling_missing_letters(texts: Iterable[str]) -> Iterator[None]:
    """Draw inside, with what no font has told once, and not by matplotlib.

    Args:
        texts (Iterable[str]): What is drawn.
    """
    warn_of_missing_letters(texts)
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'Glyph .* missing from')
        yield


def warn_of_missing_letters(texts: Iterable[str]) -> None:
    """Say once for a picture which letters are drawn as boxes.

    Args:
        texts (Iterable[str]): What is to be drawn.
    """
    letters = missing_letters(texts)
    if letters:
        logging.getLogger('cra_plugin').warning(
            'warning: no font here has %s: they are drawn as boxes. Fix: '
            'install one of %s', ascii(letters[:8]), ', '.join(
                WANTED_FONTS[1:4]))
