"""Questions about one video that a person asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cra_plugin.annotations.grounded_qa_fields import (
    read_choices,
    read_text_field,
)
from cra_plugin.annotations.record_file import READERS, read_records
from cra_plugin.errors import InputError
from cra_plugin.utils.text_file import read_text

AskedQuestion = tuple[str, tuple[str, ...] | None]


def read_asked_questions(path: str | Path) -> list[AskedQuestion]:
    """Read questions, with or without choices of their own.

    Args:
        path (str | Path): ``.txt`` with one question per line, or ``.csv``,
            ``.json`` or ``.jsonl`` whose records have ``question`` and, where
            it has some, ``choices`` (docs/your_data.md). Further fields are
            left alone.

    Returns:
        list[tuple[str, tuple[str, ...] | None]]: Each question, and its
        choices; None where the file gives none.

    Raises:
        InputError: If the file is missing, malformed or empty.
    """
    suffix = Path(path).suffix.lower()
    if suffix == '.txt':
        lines = read_text(path, 'one question per line').split('\n')
        asked: list[AskedQuestion] = [
            (line.strip(), None) for line in lines if line.strip()]
        if not asked:
            raise InputError(path, 'no text', 'one question per line')
        return asked
    if suffix not in READERS:
        raise InputError(path, f'the suffix {suffix!r}', 'one of .txt, '
                         f'{", ".join(READERS)}',
                         'write the questions in one of these formats')
    return [(read_text_field(where, record, 'question'),
             _read_own_choices(where, record))
            for where, record in read_records(path)]


def _read_own_choices(
        where: str, record: dict[str, Any]) -> tuple[str, ...] | None:
    """Choices of a record; None where it gives none."""
    if record.get('choices') is None and record.get('a0') is None:
        return None
    return read_choices(where, record)
