"""JSON files: read with clear errors, written all at once or not at all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TypeGuard

from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path


def read_json_object(path: str | Path) -> dict[str, Any]:
    """Read a JSON file that holds an object.

    Args:
        path (str | Path): The file.

    Returns:
        dict[str, Any]: The object.

    Raises:
        InputError: If the file is missing, is not JSON or holds no object.
    """
    content = _read_json(path, 'object')
    if not isinstance(content, dict):
        raise InputError(path, f'a JSON {type(content).__name__}',
                         'a JSON object with a key a video or question')
    return content


def read_json_list(path: str | Path) -> list[Any]:
    """Read a JSON file that holds a list.

    Args:
        path (str | Path): The file.

    Returns:
        list[Any]: The list.

    Raises:
        InputError: If the file is missing, is not JSON or holds no list.
    """
    content = _read_json(path, 'list')
    if not isinstance(content, list):
        raise InputError(path, f'a JSON {type(content).__name__}',
                         'a JSON list with an entry a question',
                         'check that it is the right file')
    return content


def _read_json(path: str | Path, kind: str) -> Any:
    """Read a JSON file; ``kind`` says in messages what it should hold."""
    try:
        with open(path, encoding='utf-8') as file:
            return json.load(file)
    except FileNotFoundError:
        raise InputError(path, 'no such file', 'a JSON file',
                         'check the path') from None
    except (ValueError, RecursionError) as error:
        raise InputError(path, f'text that is not JSON ({error})',
                         f'a JSON {kind}', 'write or copy it again') from None


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
