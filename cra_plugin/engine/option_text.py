"""Turn what was typed after ``--cfg-options`` into a value."""

from __future__ import annotations

import re
from typing import Any

from cra_plugin.errors import InputError

OPENING, CLOSING = '([', ')]'
# Fields that hold a text where the config has nothing yet.
TEXT_FIELD = re.compile(
    r'(^|_)(file|path|root|dir|from|name|dictionary|checkpoint|tokenizer)$')


class OptionText(str):
    """A value as it was typed; its type follows from the config's own."""


def read_option(field: str, text: str, current: Any = None) -> Any:
    """Give the value that a text stands for.

    Where the config has a text, it stays one, with its spaces and commas;
    ``None`` is None there too. All else is read as by mmengine: numbers,
    ``True``, ``False``, ``None``, lists ``[a,b]`` or ``a,b`` and tuples
    ``(a,b)``.

    Args:
        field (str): The field that it is for, such as ``'data_root'``.
        text (str): What was typed.
        current (Any): What the config has there. Defaults to None.

    Returns:
        Any: The value.

    Raises:
        InputError: If brackets are not closed.

    Examples:
        >>> read_option('data_root', '2024', 'data/nextgqa')
        '2024'
        >>> read_option('x.lr', '2024', 0.1)
        2024
    """
    text = text.strip()
    is_text = isinstance(current, str) or (
        current is None and TEXT_FIELD.search(field.rsplit('.')[-1]))
    if is_text and not _in_brackets(text):
        return None if text == 'None' else _unquote(text)
    texts = isinstance(current, (list, tuple)) and bool(current) and all(
        isinstance(each, str) for each in current)
    return _parse(field, text, texts)


def _parse(field: str, text: str, texts: bool) -> Any:
    """Read a value; with ``texts``, those of a list stay as they are."""
    text = _unquote(text.strip())
    is_list = _in_brackets(text)
    if not is_list and ',' not in text:
        return text if texts else _parse_scalar(text)
    parts = _split(field, text[1:-1] if is_list else text)
    values = [_parse(field, part, texts) for part in parts]
    return tuple(values) if is_list and text[0] == '(' else values


def _parse_scalar(text: str) -> Any:
    """Read a number, True, False or None; else it is a text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return {'true': True, 'false': False}.get(
        text.lower(), None if text == 'None' else text)


def _split(field: str, text: str) -> list[str]:
    """Split at the commas that are in no brackets."""
    parts, depth = [''], 0
    for char in text:
        depth += (char in OPENING) - (char in CLOSING)
        if char == ',' and not depth:
            parts.append('')
        else:
            parts[-1] += char
        if depth < 0:
            break
    if depth:
        raise InputError(f'--cfg-options {field}', repr(text),
                         'brackets that are closed', 'such as "[a,b]"')
    return [part for part in parts if part.strip()]


def _in_brackets(text: str) -> bool:
    return text[:1] + text[-1:] in ('()', '[]')


def _unquote(text: str) -> str:
    """Leave out quotes that a shell has left."""
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in '\'"'
    return text[1:-1] if quoted else text
