"""What a file of predictions holds: JSON, JSON Lines or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.json_file import parse_json
from cra_plugin.utils.text_file import read_text

KIND = 'JSON, JSON Lines or a csv of predictions'
DELIMITERS = ',;\t'
# A broken first line does not show that more are to come.
LINE_SUFFIXES = ('.jsonl', '.ndjson')


@dataclass(frozen=True)
class PredictionFile:
    """The content of a file, whatever notation it is in.

    Attributes:
        path (Path): The file.
        content (Any): What a JSON file holds; a list of the lines, or of the
            rows of a table as ``{column: cell}``.
        places (tuple[str, ...]): Where each of the lines or rows stands, such
            as ``'line 3'``; empty of a JSON file.
    """

    path: Path
    content: Any
    places: tuple[str, ...] = ()

    def entries(self) -> Iterator[tuple[str, Any]]:
        """Go through a content that is a list.

        Yields:
            tuple[str, Any]: Where an entry is, with the file, and the entry.

        Raises:
            InputError: If it is no list.
        """
        if not isinstance(self.content, list):
            raise InputError(self.path, f'a JSON {type(self.content).__name__}'
                             f' {describe(self.content)}',
                             'a list of entries, or JSON Lines',
                             'name the format of the file by --format')
        for index, entry in enumerate(self.content):
            place = self.places[index] if self.places else f'entry {index}'
            yield f'{self.path}, {place}', entry


def read_prediction_file(path: str | Path) -> PredictionFile:
    """Read a file; its content tells the notation, not its name.

    Args:
        path (str | Path): JSON, JSON Lines, or a table with a header whose
            cells are parted by commas, semicolons or tabs.

    Returns:
        PredictionFile: What it holds.

    Raises:
        InputError: If it is missing or none of these.
    """
    text = read_text(path, KIND)
    first, _, rest = text.strip().partition('\n')
    if not first:
        raise InputError(path, 'an empty file', KIND, 'write it again')
    path = Path(path)
    if first[0] not in '{[':
        return _read_table(path, text)
    if rest.strip() and (path.suffix.lower() in LINE_SUFFIXES
                         or _is_whole(first)):
        return _read_lines(path, text)
    return PredictionFile(path, parse_json(text, path, 'object or list'))


def _is_whole(line: str) -> bool:
    """Whether the first of several lines is JSON by itself."""
    try:
        parse_json(line, '', '')
    except InputError:
        return False
    return True


def _read_lines(path: Path, text: str) -> PredictionFile:
    """Read JSON Lines; empty ones are left out."""
    lines = {number: line for number, line in enumerate(text.split('\n'), 1)
             if line.strip()}
    return PredictionFile(
        path,
        [parse_json(line, f'{path}, line {number}', 'object in each line')
         for number, line in lines.items()],
        tuple(f'line {number}' for number in lines))


def _read_table(path: Path, text: str) -> PredictionFile:
    """Read rows of cells under a header."""
    header = text.strip().partition('\n')[0]
    delimiter = max(DELIMITERS, key=header.count)
    rows: list[dict[str, str]] = []
    places: list[str] = []
    reader = csv.reader(io.StringIO(text.lstrip(), newline=''),
                        delimiter=delimiter, strict=True)
    try:
        columns = [column.strip() for column in next(reader)]
        if len(set(columns)) < len(columns):
            raise InputError(f'{path}, line 1', f'the columns {columns}',
                             'every column once', 'rename one of them')
        for cells in reader:
            if not cells:
                continue
            place = f'line {reader.line_num}'
            if len(cells) != len(columns):
                raise InputError(
                    f'{path}, {place}', f'{len(cells)} cells',
                    f'{len(columns)}, as the header has',
                    'quote the cells that hold a comma')
            rows.append(dict(zip(columns, map(str.strip, cells))))
            places.append(place)
    except csv.Error as error:
        raise InputError(path, f'unreadable text ({error})', KIND,
                         'write it again') from None
    if not rows:
        raise InputError(path, f'the text {describe(header)} alone', KIND,
                         'write a header and a row for each question')
    return PredictionFile(path, rows, tuple(places))
