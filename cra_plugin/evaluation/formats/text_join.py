"""Find questions by their words, where a file has no qid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.answer_notation import plain_text
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.structures.video_question import VideoQuestion


def read_texts(where: str, entry: Any, *fields: str) -> list[str]:
    """Give fields of an entry, all but the last of which must be texts.

    Args:
        where (str): Where the entry is, for messages.
        entry (Any): The entry.
        *fields (str): The fields that it must have.

    Returns:
        list[str]: Their values.

    Raises:
        InputError: If the entry is no object, or lacks one.
    """
    if not isinstance(entry, dict) or not entry.keys() >= {*fields}:
        raise InputError(where, describe(entry),
                         f'an object with {", ".join(fields)}')
    for field in fields[:-1]:
        if not isinstance(entry[field], str):
            raise InputError(f'{where}, field {field}',
                             describe(entry[field]), 'a text')
    return [entry[field] for field in fields]


def read_options(where: str, options: Any) -> tuple[str, ...]:
    """Check the choices that a file has.

    Args:
        where (str): Where they are, for messages.
        options (Any): What should be a list of texts.

    Returns:
        tuple[str, ...]: The choices in the order of the file.

    Raises:
        InputError: If it is anything else.
    """
    if not isinstance(options, list) or not all(
            isinstance(option, str) for option in options):
        raise InputError(where, describe(options), 'a list of choices')
    return tuple(options)


def find_by_text(where: str, video: str, question: str,
                 options: Sequence[str], questions: QuestionIndex) -> str:
    """Find a question by its video, its words and its choices.

    Args:
        where (str): Where it stands, for messages.
        video (str): The video, or a path of its file.
        question (str): Its words.
        options (Sequence[str]): Its choices, in any order.
        questions (QuestionIndex): The annotated questions.

    Returns:
        str: The key, or a name for it where no question has these.

    Raises:
        InputError: If several have them.
    """
    found = [each for each in questions.find_asked(video, question)
             if has_choices(each, options)]
    return only_key(where, found) or unknown_key(video, question)


def has_choices(question: VideoQuestion, options: Sequence[str]) -> bool:
    """Whether a question has these choices, in any order.

    Args:
        question (VideoQuestion): The question.
        options (Sequence[str]): Choices.

    Returns:
        bool: True if they are the same.
    """
    return sorted(map(plain_text, question.choices)) == sorted(
        map(plain_text, options))


def only_key(where: str, found: Sequence[VideoQuestion]) -> str | None:
    """Give the key of the one question that was found.

    Args:
        where (str): Where it stands, for messages.
        found (Sequence[VideoQuestion]): The questions that fit.

    Returns:
        str, optional: The key; None where none fits.

    Raises:
        InputError: If several fit.
    """
    if len(found) > 1:
        raise InputError(
            where, 'a question that may be '
            f'{" or ".join(each.key for each in found)}',
            'words and choices of one alone', 'add a qid to each entry')
    return found[0].key if found else None


def unknown_key(video: str, question: str) -> str:
    """Name a question that the annotations do not have.

    Args:
        video (str): Its video.
        question (str): Its words.

    Returns:
        str: A name, which is no key.
    """
    return f'{video}: {question}'
