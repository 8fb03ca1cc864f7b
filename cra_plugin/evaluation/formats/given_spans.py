"""Spans as people write them."""

from __future__ import annotations

from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.spans.span_extent import LARGEST_FRACTION
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.json_file import is_number, is_seconds


def is_span(value: Any) -> bool:
    """Whether a value looks like one span or several.

    Args:
        value (Any): A value of a file.

    Returns:
        bool: True of ``[start, end]``, ``[[start, end], ...]`` and
        ``{start, end}``, whatever the numbers are.
    """
    return _is_single(value) or (
        isinstance(value, list) and bool(value)
        and all(map(_is_single, value)))


def read_given_spans(where: str, value: Any, normalized: bool,
                     example: str) -> list[Span]:
    """Read the spans that were predicted for a question.

    Args:
        where (str): Where they stand, for messages.
        value (Any): ``[start, end]``, ``[[start, end], ...]``, ``{start,
            end}``, a list of these, or None.
        normalized (bool): Whether they are fractions of the duration.
        example (str): What is read, for messages.

    Returns:
        list[Span]: (start, end) each, in the unit of the file; empty where
        nothing was predicted.

    Raises:
        InputError: If the value is anything else, a span is not finite, ends
            before it starts, or is no fraction although ``normalized`` is
            set.
    """
    if value is None or value == []:
        return []
    if not is_span(value):
        fix = ('give weights of frames by --attention'
               if isinstance(value, list) and len(value) > 2
               and all(map(is_number, value)) else
               'write null where the model names no span')
        raise InputError(where, describe(value),
                         f'[start, end], two finite numbers: {example}', fix)
    return [_read_span(where, each, normalized)
            for each in ([value] if _is_single(value) else value)]


def _is_single(value: Any) -> bool:
    """Whether a value looks like one span, not like a list of spans."""
    if isinstance(value, dict):
        return value.keys() >= {'start', 'end'}
    return isinstance(value, list) and len(value) == 2 and not any(
        isinstance(each, (list, dict)) for each in value)


def _read_span(where: str, value: Any, normalized: bool) -> Span:
    """Check one span."""
    start, end = ((value['start'], value['end'])
                  if isinstance(value, dict) else value)
    if not is_seconds(start) or not is_seconds(end):
        raise InputError(where, describe(value),
                         '[start, end], two finite numbers of seconds')
    if start > end:
        raise InputError(where, f'the span {describe(value)}',
                         'start <= end')
    if normalized and end > LARGEST_FRACTION:
        raise InputError(where, f'the span {describe(value)}',
                         'fractions of the duration, 0 to 1',
                         'leave --normalized out if these are seconds')
    return float(start), float(end)
