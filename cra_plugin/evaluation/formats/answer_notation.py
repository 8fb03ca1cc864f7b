"""Answers as people write them: indices, letters, texts or scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cra_plugin.errors import InputError, describe
from cra_plugin.utils.json_file import is_number

# C, (C), C., C) or C:, and a text behind it only where it is marked so.
LETTER = re.compile(r'\(?([a-z])\)|([a-z])[.:]|([a-z])', re.IGNORECASE)
# What programs write where the output of a model names no choice.
UNPARSED = ('', '-1', '-1.0', 'nan', 'none', 'null')


@dataclass(frozen=True)
class GivenAnswer:
    """An answer to one question, as a file has it.

    Attributes:
        where (str): The file, the place and the field, for messages.
        value (Any): The answer.
        choices (tuple[str, ...]): The choices of the question.
        free_text (bool): Whether a language model wrote it, so that one that
            cannot be read is none. Defaults to False.
    """

    where: str
    value: Any
    choices: tuple[str, ...]
    free_text: bool = False

    def readings(self) -> dict[str, int]:
        """Read the answer in every notation that it can be in.

        Returns:
            dict[str, int]: Notation to the index of a choice, which is
            out of range for a wrong index; -1 where the answer says that
            there is none. Empty where it can be read in no way.

        Raises:
            InputError: If there is not a finite score for each choice, or
                two are the largest.
        """
        if isinstance(self.value, list):
            return {'scores': self._by_scores(self.value)}
        if self.value is None or self.value != self.value:
            return {'index': -1}
        if isinstance(self.value, str):
            return self._by_text(self.value.strip())
        if is_number(self.value) and self.value == int(self.value):
            return {'index': int(self.value)}
        return {}

    def _by_text(self, text: str) -> dict[str, int]:
        """Read an index, a letter or the text of a choice."""
        found = {}
        if re.fullmatch(r'\d{1,9}(\.0)?', text):
            found['index'] = int(float(text))
        letter = self._by_letter(text)
        if letter is not None:
            found['letter'] = letter
        plain = list(map(plain_text, self.choices))
        if plain_text(text) in plain:
            found['text'] = plain.index(plain_text(text))
        elif not found and text.lower() in UNPARSED:
            found['index'] = -1
        return found

    def _by_letter(self, text: str) -> int | None:
        """Read ``C``, ``(C)``, ``C.`` or ``(C) the text``."""
        match = LETTER.match(text)
        if match is None:
            return None
        rest = text[match.end():]
        # A text may follow (C) at once, and C. or C: after a space.
        if rest and match[1] is None and not (match[2] and rest[0].isspace()):
            return None
        index = ord(next(filter(None, match.groups())).lower()) - ord('a')
        plain = list(map(plain_text, self.choices))
        # A letter before the text of another choice contradicts itself.
        if index >= len(plain) or (plain_text(rest) in plain
                                   and plain_text(rest) != plain[index]):
            return None
        return index

    def _by_scores(self, scores: list[Any]) -> int:
        """Take the choice with the largest score."""
        size = len(self.choices)
        if len(scores) != size or not all(map(is_number, scores)):
            raise InputError(self.where, describe(scores),
                             f'a choice, or {size} finite scores, one for '
                             'each choice', 'give spans by --spans and '
                             'weights of frames by --attention')
        best = int(np.argmax(scores))
        if scores.count(scores[best]) > 1:
            raise InputError(self.where, f'{describe(scores)}, whose largest '
                             'score is there twice', 'one largest score',
                             'write the index of the choice, or -1 for none')
        return best


def read_given_answers(given: Sequence[GivenAnswer],
                       example: str) -> list[int]:
    """Tell which choices are meant.

    Where an answer can be read in two ways that differ (the 3 among choices
    that are numbers), the notation of the whole file decides: the one in
    which all of its answers can be read.

    Args:
        given (Sequence[GivenAnswer]): The answers of a file.
        example (str): What is read, for messages.

    Returns:
        list[int]: The index of each, -1 where there is no answer.

    Raises:
        InputError: If an answer is no choice, or remains ambiguous.
    """
    readings = [_readings(each, example) for each in given]
    said = [each for each in readings if set(each.values()) != {-1}]
    common = set.intersection(*map(set, said)) if said else set()
    return [_decide(each, found, common)
            for each, found in zip(given, readings)]


def _readings(given: GivenAnswer, example: str) -> dict[str, int]:
    """The ways to read an answer; refuse one that cannot be read."""
    found = given.readings()
    if not found and given.free_text:
        return {'index': -1}
    if not found:
        raise InputError(given.where, describe(given.value),
                         f'a choice of {describe(given.choices, 200)}: '
                         f'{example}', 'write -1 or null where the model '
                         'names no choice')
    size = len(given.choices)
    inside = {name: index for name, index in found.items()
              if -1 <= index < size}
    if not inside:
        raise InputError(given.where, describe(given.value),
                         f'0 to {size - 1}, or -1 for none',
                         'count the choices from 0')
    return inside


def _decide(given: GivenAnswer, found: dict[str, int],
            common: set[str]) -> int:
    """Choose between the ways to read an answer."""
    if len(set(found.values())) > 1 and len(common) == 1:
        return found[common.copy().pop()]
    if len(set(found.values())) > 1:
        ways = ' and as '.join(
            f'{name} choice {index}' for name, index in found.items())
        raise InputError(given.where, f'{describe(given.value)}, as {ways}',
                         'an answer that is read in one way',
                         'write the indices of all choices as numbers')
    return next(iter(found.values()))


def plain_text(text: str) -> str:
    """Leave out what may differ between copies of a text.

    Args:
        text (str): A question or a choice.

    Returns:
        str: It in lower case, with single spaces, without marks at its end.
    """
    return ' '.join(text.casefold().split()).rstrip('.?! ')
