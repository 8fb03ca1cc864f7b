"""Read which videos are wanted, from ids or files of questions."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from cra_plugin.annotations.formats import read_question_file
from cra_plugin.annotations.nextgqa_questions import VIDEO_COLUMNS
from cra_plugin.errors import InputError
from cra_plugin.utils.json_file import read_json
from cra_plugin.utils.text_file import read_text

_KIND = 'one video id per line, or a question file'


def read_video_ids(path: str | Path) -> list[str]:
    """Read the videos that are wanted.

    Args:
        path (str | Path): A question file (``.csv`` of NExT-GQA or NExT-QA,
            ``.json`` of STAR), whose videos count; a ``.json`` of a list of
            ids, or of an object whose keys they are, such as
            ``gsub_val.json``; a ``.csv`` with the column ``video_id`` or
            ``video``; or a text file with one id per line.

    Returns:
        list[str]: The ids in the order of the file, each once.

    Raises:
        InputError: If the file is missing, malformed or empty.
    """
    suffix = Path(path).suffix.lower()
    if suffix == '.json':
        video_ids = _from_json(path)
    elif suffix == '.csv':
        video_ids = _from_csv(path)
    else:
        lines = read_text(path, _KIND, 'check --ids').splitlines()
        video_ids = [line.strip() for line in lines if line.strip()]
    if video_ids is None:
        video_ids = [question.video_id
                     for question in read_question_file(path).questions]
    if not video_ids:
        raise InputError(path, 'no ids', 'one video id per line',
                         'check --ids')
    return list(dict.fromkeys(video_ids))


def _from_json(path: str | Path) -> list[str] | None:
    """Read ids alone; None where the file has questions."""
    content = read_json(path)
    if isinstance(content, dict):
        return list(content)
    if isinstance(content, list) and all(
            isinstance(each, str) for each in content):
        return content
    return None


def _from_csv(path: str | Path) -> list[str] | None:
    """Read a column of ids; None where the file has questions."""
    text = read_text(path, _KIND, 'check --ids')
    rows = csv.reader(io.StringIO(text, newline=''))
    try:
        header = next(rows, [])
        name = next((each for each in VIDEO_COLUMNS if each in header), None)
        if name is None or 'question' in header:
            return None
        column = header.index(name)
        return [row[column] for row in rows
                if len(row) > column and row[column].strip()]
    except csv.Error as error:
        raise InputError(path, f'unreadable text ({error})', _KIND,
                         'check --ids') from None
