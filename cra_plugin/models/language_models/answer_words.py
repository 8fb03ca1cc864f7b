"""Token ids of the answers and of [MASK]."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from transformers import AutoTokenizer

from cra_plugin.errors import InputError
from cra_plugin.pretrained.hugging_face import load_pretrained


class AnswerWords(NamedTuple):
    """What a language model has to know of its tokenizer.

    Attributes:
        mask_token_id (int): Id of [MASK].
        token_ids (list[list[int]]): Tokens of the words for right and wrong;
            empty where there is no tokenizer.
    """

    mask_token_id: int
    token_ids: list[list[int]]


def read_answer_words(tokenizer: str | None, words: Sequence[str],
                      mask_token_id: int | None,
                      vocab_size: int) -> AnswerWords:
    """Look up the tokens of the answers and of [MASK].

    Args:
        tokenizer (str, optional): Its name or folder; without one the
            answers stay as the weights have them.
        words (Sequence[str]): For a right and for a wrong candidate.
        mask_token_id (int, optional): Id of [MASK] instead of the
            tokenizer's.
        vocab_size (int): Number of words that the model has.

    Returns:
        AnswerWords: Their ids.

    Raises:
        InputError: If there are not two words with tokens, or no [MASK], or
            an id is none of the model's.
    """
    if len(words) != 2 or words[0] == words[1]:
        raise InputError('FrozenBiLM.answer_words', f'{list(words)}',
                         'two different words, for right and for wrong')
    token_ids: list[list[int]] = []
    if tokenizer is not None:
        found: Any = load_pretrained(AutoTokenizer, tokenizer,
                                     'FrozenBiLM.tokenizer')
        token_ids = [found(word, add_special_tokens=False)['input_ids']
                     for word in words]
        if mask_token_id is None:
            mask_token_id = found.mask_token_id
        elif mask_token_id != found.mask_token_id:
            logging.getLogger('cra_plugin').warning(
                'warning: FrozenBiLM.mask_token_id=%s, while the tokenizer '
                'has %s: where texts have the latter, another word answers',
                mask_token_id, found.mask_token_id)
        if not all(token_ids):
            raise InputError('FrozenBiLM.answer_words', f'{list(words)}',
                             'words that the tokenizer has tokens for')
    if mask_token_id is None:
        raise InputError(
            'FrozenBiLM.tokenizer', 'no token for [MASK]' if tokenizer else
            'none, and no mask_token_id', 'a tokenizer with a mask token',
            'set FrozenBiLM.tokenizer, or mask_token_id')
    _check_ids([mask_token_id, *chain(*token_ids)], vocab_size)
    return AnswerWords(mask_token_id, token_ids)


def _check_ids(ids: Sequence[int], vocab_size: int) -> None:
    """Refuse a tokenizer that has more words than the model."""
    wrong = [each for each in ids if not 0 <= each < vocab_size]
    if wrong:
        raise InputError(
            'FrozenBiLM.tokenizer', f'the id {wrong[0]} of [MASK] or of an '
            'answer', f'ids from 0 to {vocab_size - 1}, those of the model',
            'use the tokenizer that goes with it, or correct mask_token_id '
            'or config.vocab_size')
