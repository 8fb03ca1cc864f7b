"""The fields of one question in a file of one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.json_file import is_seconds, parse_json

# What a column of a single choice is called in a csv.
_CHOICE_COLUMN = re.compile(r'a(\d+)')


def read_text_field(where: str, record: Mapping[str, Any],
                    field: str) -> str:
    """Read a field that must be there.

    Args:
        where (str): Where the record stands, for messages.
        record (Mapping[str, Any]): The record.
        field (str): The field.

    Returns:
        str: Its text; a whole number is taken as the text that it spells.

    Raises:
        InputError: If it is absent, empty, or no text.
    """
    value = record.get(field)
    if type(value) is int:
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f'{where}, field {field}',
                         'none' if value is None else describe(value),
                         'a text that is not empty', f'fill in {field}')
    return value


def read_choices(where: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the candidate answers.

    Args:
        where (str): Where the record stands, for messages.
        record (Mapping[str, Any]): With ``choices``, a list of texts (in a
            csv: a JSON list in one cell), or with ``a0``, ``a1``, ...

    Returns:
        tuple[str, ...]: M choices, at least two.

    Raises:
        InputError: If there are fewer than two, or one is no text.
    """
    value = record.get('choices')
    if value is None:
        columns = sorted((int(match[1]), name) for name in record
                         if (match := _CHOICE_COLUMN.fullmatch(name)))
        value = [record[name] for _, name in columns]
    value = _parsed(where, 'choices', value)
    if (not isinstance(value, list) or len(value) < 2 or not all(
            isinstance(each, str) and each.strip() for each in value)):
        raise InputError(f'{where}, field choices', describe(value),
                         'a list of two or more texts that are not empty',
                         'write choices as a list, or as columns a0, a1, ...')
    return tuple(value)


def read_spans(where: str, record: Mapping[str, Any]) -> tuple[Span, ...]:
    """Read the ground truth in time.

    Args:
        where (str): Where the record stands, for messages.
        record (Mapping[str, Any]): With ``spans``: one ``[start, end]`` or a
            list of them, in seconds (in a csv: as JSON in one cell), or
            without.

    Returns:
        tuple[Span, ...]: (start, end) in seconds; empty where there is none.

    Raises:
        InputError: If a span is no pair of seconds in order.
    """
    value = _parsed(where, 'spans', record.get('spans'))
    if value is None or value == []:
        return ()
    if isinstance(value, list) and not isinstance(value[0], list):
        value = [value]
    for span in value if isinstance(value, list) else [value]:
        if (not isinstance(span, list) or len(span) != 2
                or not all(map(is_seconds, span))
                or not 0 <= span[0] <= span[1]):
            raise InputError(
                f'{where}, field spans', describe(span),
                '[start, end] in seconds, 0 <= start <= end, or a list of '
                'them', 'correct the span, or leave spans out')
    return tuple((float(start), float(end)) for start, end in value)


def read_duration(where: str, record: Mapping[str, Any]) -> float | None:
    """Read how long the video is.

    Args:
        where (str): Where the record stands, for messages.
        record (Mapping[str, Any]): With ``duration`` in seconds, or without.

    Returns:
        float, optional: Seconds; None where it is not said.

    Raises:
        InputError: If it is no positive number.
    """
    value = _parsed(where, 'duration', record.get('duration'))
    if value is None:
        return None
    if not is_seconds(value) or value <= 0:
        raise InputError(f'{where}, field duration', describe(value),
                         'a positive number of seconds', 'correct it, or '
                         'leave it out')
    return float(value)


def _parsed(where: str, field: str, value: Any) -> Any:
    """Read the JSON in the cell of a csv; what is no text stays."""
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value, f'{where}, field {field}', 'value')
    except InputError:
        raise InputError(f'{where}, field {field}', describe(value),
                         'JSON', 'write a list as ["one", "two"], a span as '
                         '[3.5, 8]') from None
