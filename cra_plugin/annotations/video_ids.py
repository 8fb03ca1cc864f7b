"""Which videos are wanted."""

from __future__ import annotations

from pathlib import Path

from cra_plugin.annotations.question_files import (
    READERS,
    read_question_file,
)
from cra_plugin.errors import InputError
from cra_plugin.utils.text_file import read_text


def read_video_ids(path: str | Path) -> list[str]:
    """Read the videos that are wanted.

    Args:
        path (str | Path): A text file with an id a line, or a question file
            (``.csv`` of NExT-GQA or NExT-QA, ``.json`` of STAR), whose videos
            count.

    Returns:
        list[str]: The ids in the order of the file, each once.

    Raises:
        InputError: If the file is missing, malformed or empty.
    """
    if Path(path).suffix.lower() in READERS:
        questions = read_question_file(path).questions
        return list(dict.fromkeys(item.video_id for item in questions))
    text = read_text(path, 'one video id per line, or a question file',
                     'check --ids')
    video_ids = list(dict.fromkeys(
        line.strip() for line in text.splitlines() if line.strip()))
    if not video_ids:
        raise InputError(path, 'no ids', 'a video id a line', 'check --ids')
    return video_ids
