"""Tokenize the texts of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.question_corpus import QuestionCorpus
from cra_plugin.datasets.text.text_rows import TextRows
from cra_plugin.datasets.text.token_cache import TokenCache
from cra_plugin.datasets.text.token_table import TokenTable
from cra_plugin.datasets.text.tokenizer import SpecialTokens, load_tokenizer
from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.errors import InputError, describe
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class TokenizeText(BaseTransform):
    """Tokenize the question with each choice, and candidate questions alone.

    A pair becomes ``<s> question </s> choice </s>``, filled up to L tokens,
    a candidate question ``<s> question </s>``, filled up to Q. Where a pair
    is too long the question is cut first, from its end.

    Required keys: ``question``, ``choices``. Added keys: ``choice_tokens``
    (M, L) int64, ``choice_mask`` (M, L) bool, True at tokens; and, where
    there are K ``candidate_questions``, ``question_tokens`` and
    ``question_mask`` (K, Q).

    Args:
        tokenizer (str, optional): A Hugging Face name or local folder. It
            must be that of the model's text encoder: our tools and loops
            fill it in. Defaults to None.
        max_length (int): Number L of tokens of a pair, at least 5. Defaults
            to 38.
        question_max_length (int, optional): Number Q of tokens of a candidate
            question, at least 5; the released code has 30. Defaults to None:
            ``max_length``.
        space_before_separator (bool): Whether what the tokenizer makes of a
            lone space stands between question and ``</s>`` in a pair, as
            where the text ``question </s> choice`` is tokenized, which the
            released code does: a token of its own in byte-level
            vocabularies, nothing in most others. Defaults to False.
        separator (str, optional): Token that closes a text; None takes the
            tokenizer's own (sep, else eos). Defaults to None.
        cache (str, optional): Folder in which the token ids of many texts
            are kept for later runs, by tokenizer and texts: some MB per data
            set. Defaults to '~/.cache/cra_plugin/tokens'; None keeps none.

    Raises:
        InputError: If there is no tokenizer, or a length leaves no room.
    """

    reads_question = True

    def __init__(self,
                 tokenizer: str | None = None,
                 max_length: int = 38,
                 separator: str | None = None,
                 cache: str | None = '~/.cache/cra_plugin/tokens',
                 question_max_length: int | None = None,
                 space_before_separator: bool = False) -> None:
        if not tokenizer:
            raise InputError(
                'TokenizeText.tokenizer', f'{tokenizer!r}',
                'a Hugging Face name or a local folder',
                "set it to the text encoder's (our loops and load_config fill "
                'it from model.text_encoder)')
        self.name = tokenizer
        self.max_length = max_length
        self.question_max_length = (max_length if question_max_length is None
                                    else question_max_length)
        _check_length('max_length', self.max_length)
        _check_length('question_max_length', self.question_max_length)
        self.space_before_separator = space_before_separator
        loaded = load_tokenizer(tokenizer)
        self._table = TokenTable(
            loaded, TokenCache(cache, loaded) if cache else None)
        self._fill_in(SpecialTokens.of(loaded, separator))

    def _fill_in(self, special: SpecialTokens) -> None:
        """Set what is put around the texts."""
        space = (self._table[' '] if self.space_before_separator
                 else np.zeros(0, np.int32))
        _check_length('max_length', self.max_length, len(space))
        self._rows = TextRows(self._table, special, self.max_length,
                              self.question_max_length, space)
        self._room = self.max_length - 3 - len(space)
        self._pad_id = special.pad
        self._start, self._separator = (
            np.array([each], np.int32)
            for each in (special.start, special.separator))
        self._middle = np.concatenate([space, self._separator])

    def prepare(self, corpus: QuestionCorpus) -> None:
        """Encode all texts of a corpus, so that no worker has to.

        Args:
            corpus (QuestionCorpus): The questions and choices of a split.
        """
        self._table.prepare(corpus.question_texts())
        self._table.prepare(map(_as_continuation, corpus.choice_texts()))

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Tokenize the texts of a sample.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its tokens and masks.
        """
        require_keys(results, self, 'question', 'choices')
        question = self._table[results['question']]
        results['choice_tokens'], results['choice_mask'] = self._pad([
            self._pair(question, self._table[_as_continuation(choice)])
            for choice in results['choices']
        ], self.max_length)
        if 'candidate_questions' in results:
            results['question_tokens'], results['question_mask'] = self._pad([
                self._single(self._table[text])
                for text in results['candidate_questions']
            ], self.question_max_length)
        return results

    def batch(self, samples: Sequence[dict[str, Any]]
              ) -> dict[str, np.ndarray] | None:
        """Tokenize the texts of a batch at once.

        Args:
            samples (Sequence[dict]): B samples.

        Returns:
            dict[str, np.ndarray], optional: What :meth:`transform` adds to
            each, as (B, ...) arrays. None where one text was not encoded
            before, or the samples differ in their number of texts.
        """
        questions = self._rows.find([[each['question']] for each in samples])
        choices = self._rows.find(
            [map(_as_continuation, each['choices']) for each in samples])
        if questions is None or choices is None:
            return None
        tokens, mask = self._rows.pairs(questions, choices)
        made = {'choice_tokens': tokens, 'choice_mask': mask}
        if any('candidate_questions' in each for each in samples):
            candidates = self._rows.find(
                [each.get('candidate_questions', ()) for each in samples])
            if candidates is None:
                return None
            made['question_tokens'], made['question_mask'] = (
                self._rows.singles(candidates))
        return made

    def _pair(self, question: np.ndarray, choice: np.ndarray) -> np.ndarray:
        """Build the ids of a question and a choice."""
        choice = choice[:self._room]
        question = question[:self._room - len(choice)]
        return np.concatenate([self._start, question, self._middle,
                               choice, self._separator])

    def _single(self, question: np.ndarray) -> np.ndarray:
        """Build the ids of a question alone."""
        question = question[:self.question_max_length - 2]
        return np.concatenate([self._start, question, self._separator])

    def _pad(self, sequences: list[np.ndarray],
             length: int) -> tuple[np.ndarray, np.ndarray]:
        """Fill sequences up to (M, length) ids and their mask."""
        shape = len(sequences), length
        tokens = np.full(shape, self._pad_id, dtype=np.int64)
        for row, sequence in zip(tokens, sequences):
            row[:len(sequence)] = sequence
        lengths = np.array([len(sequence) for sequence in sequences])
        return tokens, np.arange(length) < lengths[:, None]

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(tokenizer={self.name!r}, '
                f'max_length={self.max_length}, '
                f'question_max_length={self.question_max_length}, '
                f'space_before_separator={self.space_before_separator})')


def _as_continuation(choice: str) -> str:
    """Open a choice with a space: byte-level vocabularies tell the two."""
    return f' {choice}'


def _check_length(name: str, length: object, space: int = 0) -> None:
    """Refuse a length without room for two tokens of the texts."""
    if (isinstance(length, bool) or not isinstance(length, int)
            or length < 5 + space):
        more = f', {space} of the space' if space else ''
        raise InputError(
            f'TokenizeText.{name}', describe(length),
            f'a whole number, at least {5 + space}: three special tokens'
            f'{more} and two more')
