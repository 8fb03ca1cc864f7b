"""JSON files: read with clear errors, written all at once or not at all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TypeGuard

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.text_file import read_text

# Of a video; 30 years.
LONGEST_SECONDS = 1e9


def read_json_object(path: str | Path) -> dict[str, Any]:
    """Read a JSON file that holds an object.

    Args:
        path (str | Path): The file.

    Returns:
        dict[str, Any]: The object.

    Raises:
        InputError: As :func:`read_json`, or if the file holds no object.
    """
    content = read_json(path, 'object')
    if not isinstance(content, dict):
        raise InputError(path, f'a JSON {type(content).__name__}',
                         'a JSON object with one key per video or question')
    return content


def read_json_list(path: str | Path) -> list[Any]:
    """Read a JSON file that holds a list.

    Args:
        path (str | Path): The file.

    Returns:
        list[Any]: The list.

    Raises:
        InputError: As :func:`read_json`, or if the file holds no list.
    """
    content = read_json(path, 'list')
    if not isinstance(content, list):
        raise InputError(path, f'a JSON {type(content).__name__}',
                         'a JSON list with one entry per question',
                         'check that it is the right file')
    return content


def read_json(path: str | Path, kind: str = 'object or list') -> Any:
    """Read a JSON file, with or without a byte order mark.

    ``NaN`` and ``Infinity`` are read as numbers, so that whoever looks at a
    field can name it: see :func:`is_number`.

    Args:
        path (str | Path): The file, or a pipe.
        kind (str): What it should hold, for messages. Defaults to 'object or
            list'.

    Returns:
        Any: What it holds.

    Raises:
        InputError: As :func:`~cra_plugin.utils.text_file.read_text`, or if
            the text is not JSON, or an object has a key twice.
    """
    return parse_json(read_text(path, f'a JSON {kind}'), path, kind)


def parse_json(text: str, where: str | Path, kind: str) -> Any:
    """Read JSON as :func:`read_json` does.

    Args:
        text (str): The JSON.
        where (str | Path): Where it stands, for messages.
        kind (str): What it should be, for messages.

    Returns:
        Any: What it holds.

    Raises:
        InputError: If the text is not JSON, or an object has a key twice.
    """
    expected = f'a JSON {kind}'
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except _RepeatedKeyError as error:
        raise InputError(where, f'the key {error} twice in one object',
                         'every key once', 'delete or rename one of the two'
                         ) from None
    except json.JSONDecodeError as error:
        raise InputError(where, f'text that is not JSON ({error})', expected,
                         'write or copy it again') from None
    except RecursionError:
        raise InputError(where, 'lists or objects that are nested too deeply',
                         expected, 'write or copy it again') from None
    except ValueError:  # Python reads whole numbers up to 4300 digits
        raise InputError(where, 'a number with thousands of digits', expected,
                         'write or copy it again') from None


class _RepeatedKeyError(ValueError):
    """An object has a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its keys and values."""
    content = dict(pairs)
    if len(content) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _RepeatedKeyError(describe(key))
            seen.add(key)
    return content


def write_json(path: str | Path, content: Any,
               indent: int | None = None) -> None:
    """Write a JSON file atomically, so that no half-written file remains.

    Args:
        path (str | Path): The file; its folder is created when absent.
        content (Any): What to write: null for a missing number, never NaN.
        indent (int, optional): Spaces a level, for a file that people read.
            Defaults to None: one line.

    Raises:
        ValueError: If ``content`` holds NaN or an infinity.
    """
    text = json.dumps(content, indent=indent, allow_nan=False)
    with atomic_path(path) as temporary:
        temporary.write_text(text + '\n', encoding='utf-8')


def is_number(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a finite number; true and false are not.

    Args:
        value (object): The value.

    Returns:
        bool: True for a finite int or float.
    """
    return (isinstance(value, (int, float)) and not isinstance(value, bool)
            and abs(value) <= sys.float_info.max)


def is_seconds(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a time in a video: sums of times stay finite.

    Args:
        value (object): The value.

    Returns:
        bool: True for an int or float of at most ``LONGEST_SECONDS``.
    """
    return is_number(value) and abs(value) <= LONGEST_SECONDS
