"""Records of one file: csv, JSON or JSON Lines, told by the suffix."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.json_file import parse_json, read_json_list
from cra_plugin.utils.text_file import read_text

Record = tuple[str, dict[str, Any]]


def read_records(path: str | Path) -> list[Record]:
    """Read the records of a file.

    Args:
        path (str | Path): ``.csv`` with a header, ``.json`` with a list of
            objects, or ``.jsonl`` with one object per line.

    Returns:
        list[tuple[str, dict[str, Any]]]: Where each record stands, for
        messages, and its fields. Fields of a csv are texts; empty ones are
        left out.

    Raises:
        InputError: If the file has another suffix, is missing, malformed or
            holds no record.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in READERS:
        raise InputError(path, f'the suffix {suffix!r}',
                         f'one of {", ".join(READERS)}',
                         'write the questions in one of these formats')
    records = READERS[suffix](path)
    for where, record in records:
        if not isinstance(record, dict):
            raise InputError(where, describe(record),
                             'an object with the fields of one question',
                             'see docs/your_data.md')
    if not records:
        raise InputError(path, 'no records', 'one record per question',
                         'see docs/your_data.md')
    return records


def _read_csv(path: str | Path) -> list[Record]:
    """Rows of a csv, as texts."""
    reader = csv.DictReader(io.StringIO(
        read_text(path, 'a csv of questions'), newline=''), strict=True)
    records = []
    try:
        header = list(reader.fieldnames or [])
        if len(set(header)) < len(header):
            raise InputError(f'{path}, line 1', f'the header {header}',
                             'every column once', 'rename one of them')
        for row in reader:
            where = f'{path}, line {reader.line_num}'
            if None in row or None in row.values():
                raise InputError(where, 'another number of cells',
                                 f'{len(header)}, as the header has',
                                 'quote the cells that hold a comma')
            records.append((where, {
                key: value for key, value in row.items() if value.strip()}))
    except csv.Error as error:
        raise InputError(path, f'unreadable text ({error})', 'a csv in UTF-8',
                         'save it again') from None
    return records


def _read_json(path: str | Path) -> list[Record]:
    """Entries of a JSON list."""
    return [(f'{path}, entry {index}', entry)
            for index, entry in enumerate(read_json_list(path))]


def _read_json_lines(path: str | Path) -> list[Record]:
    """Objects, one per line."""
    records = []
    # Texts may hold what str.splitlines splits at, too.
    lines = read_text(path, 'one JSON object per line').split('\n')
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f'{path}, line {number}'
            records.append((where, parse_json(line, where, 'object')))
    return records


READERS: dict[str, Callable[[str | Path], list[Record]]] = {
    '.csv': _read_csv,
    '.json': _read_json,
    '.jsonl': _read_json_lines,
}
