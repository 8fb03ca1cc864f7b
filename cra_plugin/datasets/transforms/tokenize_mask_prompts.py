"""Turn a question and its choices into texts with a masked word."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.text.tokenizer import load_tokenizer
from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.datasets.transforms.tokenize_prompts import check_fields
from cra_plugin.errors import InputError, check_choice
from cra_plugin.registry import TRANSFORMS

MASK = '[MASK]'
SPELLINGS = ('same', 'released')
CHOICE_PROMPT = "Question: {Question}? Is it '{Answer}'? [MASK]. Subtitles:"
QUESTION_PROMPT = ('Question: What question can the video clip answer? Is it '
                   "'{question}' [MASK]. Subtitles:")


@TRANSFORMS.register_module()
class TokenizeMaskPrompts(BaseTransform):
    """Ask of each choice, and of each candidate question, whether it is right.

    The answer is the word at [MASK], which must not be cut: a text that is
    too long loses the end of its question, then of its answer, with a
    warning; what is behind [MASK] is cut as it comes.

    Required keys: ``question``, ``choices``. Added keys: ``choice_tokens``
    (M, L) int64, ``choice_mask`` (M, L) bool, True at tokens;
    and, where there are K ``candidate_questions``, ``question_tokens`` and
    ``question_mask`` (K, L).

    Args:
        tokenizer (str, optional): A Hugging Face name or local folder; it
            must be that of the language model: our tools and loops fill it
            in. Defaults to None.
        max_length (int): Number of tokens at most, special ones included.
            Defaults to 100.
        choice_prompt (str): With [MASK] and ``{Question}`` or ``{Answer}``,
            which begin with a capital, or ``{question}`` or ``{answer}``,
            as they are. Questions lose a question mark at their end.
            Defaults to FrozenBiLM's.
        question_prompt (str): With [MASK] and ``{question}``, which has a
            question mark and begins with a capital. Defaults to CRA's.
        question_spelling (str): ``'same'`` spells all candidate questions
            like that; ``'released'`` only the right one, which gives it
            away. Defaults to 'same'.

    Raises:
        InputError: If there is no tokenizer with a mask token, or a prompt
            has other fields or not one [MASK].
    """

    reads_question = True

    def __init__(self,
                 tokenizer: str | None = None,
                 max_length: int = 100,
                 choice_prompt: str = CHOICE_PROMPT,
                 question_prompt: str = QUESTION_PROMPT,
                 question_spelling: str = 'same') -> None:
        where = type(self).__name__
        check_choice(f'{where}.question_spelling', question_spelling,
                     SPELLINGS)
        for name, prompt, fields in (
            ('choice_prompt', choice_prompt,
             ('Question', 'question', 'Answer', 'answer')),
                ('question_prompt', question_prompt, ('question', ))):
            check_fields(f'{where}.{name}', prompt, *fields)
            if prompt.count(MASK) != 1:
                raise InputError(f'{where}.{name}', repr(prompt),
                                 f'one {MASK} in it', 'correct it')
        if not tokenizer:
            raise InputError(
                f'{where}.tokenizer', f'{tokenizer!r}',
                'a Hugging Face name or a local folder', "set it to the "
                "language model's (our loops and load_config fill it in)")
        self._tokenizer = load_tokenizer(tokenizer, f'{where}.tokenizer')
        if self._tokenizer.mask_token is None:
            raise InputError(f'{where}.tokenizer', f'{tokenizer!r}, which has '
                             'no mask token', 'a tokenizer of a masked '
                             'language model', 'use that of the model')
        if max_length < 8:
            raise InputError(f'{where}.max_length', f'{max_length}',
                             'at least 8')
        self.name = tokenizer
        self.max_length = max_length
        self.choice_prompt = choice_prompt
        self.question_prompt = question_prompt
        self.question_spelling = question_spelling
        self._warned = False

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Tokenize the texts of a sample.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its tokens and masks.

        Raises:
            InputError: If even the empty prompt is longer than
                ``max_length`` before its [MASK].
        """
        require_keys(results, self, 'question', 'choices')
        question = results['question']
        rows = {'choice': [self._fit(self._choice_text, question, choice)
                           for choice in results['choices']]}
        if 'candidate_questions' in results:
            right = results.get('gt_question', 0)
            rows['question'] = [
                self._fit(self._question_text, self._spell(
                    text, index == right), '')
                for index, text in enumerate(results['candidate_questions'])]
        for name, texts in rows.items():
            results[f'{name}_tokens'], results[f'{name}_mask'] = (
                self._pad(texts))
        return results

    def _choice_text(self, question: str, answer: str) -> str:
        """The text about a choice."""
        question = question.strip().rstrip('?').rstrip()
        return self.choice_prompt.format(
            question=question, Question=_capital(question),
            answer=answer, Answer=_capital(answer))

    def _question_text(self, question: str, _: str) -> str:
        """The text about a candidate question."""
        return self.question_prompt.format(question=question)

    def _spell(self, question: str, right: bool) -> str:
        """Spell a candidate question."""
        if self.question_spelling == 'released' and not right:
            return question
        return f'{_capital(question.strip().rstrip("?").rstrip())}?'

    def _fit(self, text: Callable[[str, str], str], question: str,
             answer: str) -> list[int]:
        """Tokenize a text so that [MASK] stays within ``max_length``."""
        question, answer = map(self._without_masks, (question, answer))
        ids = self._encode(text(question, answer))
        words = [question.split(), answer.split()]
        while len(ids) > self.max_length and self._place(ids) >= (
                self.max_length - 1):
            # The question goes first, the answer when it is gone.
            longest = words[0] or words[1]
            if not longest:
                raise InputError(
                    'TokenizeMaskPrompts.max_length', f'{self.max_length}',
                    f'more, as {MASK} comes later even in an empty prompt',
                    'set it higher, or shorten the prompts')
            self._warn()
            longest.pop()
            ids = self._encode(text(*map(' '.join, words)))
        if len(ids) > self.max_length:
            ids = [*ids[:self.max_length - 1], ids[-1]]
        return ids

    def _without_masks(self, text: str) -> str:
        """Spell a mask token so that it is none: one word alone is asked."""
        for token in (MASK, self._tokenizer.mask_token):
            text = text.replace(token, token.strip('[]<>'))
        return text

    def _encode(self, text: str) -> list[int]:
        """Give the ids of a text with its special tokens."""
        text = text.replace(MASK, self._tokenizer.mask_token)
        ids: list[int] = self._tokenizer(
            text, return_attention_mask=False, verbose=False)['input_ids']
        return ids

    def _place(self, ids: list[int]) -> int:
        """Where the last [MASK] stands."""
        return len(ids) - 1 - ids[::-1].index(self._tokenizer.mask_token_id)

    def _warn(self) -> None:
        """Say once that texts are shortened."""
        if not self._warned:
            self._warned = True
            logging.getLogger('cra_plugin').warning(
                'warning: TokenizeMaskPrompts.max_length=%d: longer texts '
                'lose the end of their questions', self.max_length)

    def _pad(self, rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Fill sequences up to (M, L) ids and their mask."""
        longest = max(map(len, rows), default=1)
        pad = self._tokenizer.pad_token_id or 0
        tokens = np.full((len(rows), longest), pad, dtype=np.int64)
        for row, ids in zip(tokens, rows):
            row[:len(ids)] = ids
        lengths = np.array([len(ids) for ids in rows], dtype=np.int64)
        return tokens, np.arange(longest) < lengths[:, None]

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(tokenizer={self.name!r}, '
                f'max_length={self.max_length}, '
                f'choice_prompt={self.choice_prompt!r}, '
                f'question_prompt={self.question_prompt!r}, '
                f'question_spelling={self.question_spelling!r})')


def _capital(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]
