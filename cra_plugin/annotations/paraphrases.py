"""Other wordings of the training questions, ``train_gpt4_sub.json``."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.json_file import read_json_object


def read_paraphrases(path: str | Path,
                     keys: Container[str]) -> dict[str, tuple[str, ...]]:
    """Read generated paraphrases of questions.

    Args:
        path (str | Path): The file, ``{key: {ori: question, gen:
            [paraphrases]}}`` with keys ``{video_id}_{qid}``.
        keys (Container[str]): The questions to keep.

    Returns:
        dict[str, tuple[str, ...]]: Question key to its paraphrases.

    Raises:
        InputError: If the file is missing or malformed.
    """
    paraphrases = {}
    for key, entry in read_json_object(path).items():
        generated = entry.get('gen') if isinstance(entry, dict) else None
        if (not isinstance(generated, list) or not all(
                isinstance(text, str) and text.strip() for text in generated)):
            raise InputError(f'{path}, question {key}', describe(entry),
                             'an object {ori: question, gen: [paraphrases]}')
        if key in keys:
            paraphrases[key] = tuple(generated)
    return paraphrases
