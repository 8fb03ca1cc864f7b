"""Loading a tokenizer, and the special tokens a sequence is built from."""

from __future__ import annotations

from dataclasses import dataclass

from transformers import AutoTokenizer, PreTrainedTokenizerBase

from cra_plugin.errors import InputError
from cra_plugin.pretrained.hugging_face import load_pretrained


def load_tokenizer(
        name: str,
        field: str = 'TokenizeText.tokenizer') -> PreTrainedTokenizerBase:
    """Load a tokenizer from a folder, the local cache or the hub.

    Args:
        name (str): A Hugging Face model name or a local folder.
        field (str): The field that names it, for errors. Defaults to
            'TokenizeText.tokenizer'.

    Returns:
        PreTrainedTokenizerBase: The tokenizer.

    Raises:
        InputError: If it is in none of these places.
    """
    tokenizer: PreTrainedTokenizerBase = load_pretrained(
        AutoTokenizer, name, field)
    return tokenizer


@dataclass(frozen=True)
class SpecialTokens:
    """Ids of the special tokens.

    Attributes:
        start (int): Opens a sequence.
        separator (int): Closes a text.
        pad (int): Fills up a sequence.
    """

    start: int
    separator: int
    pad: int

    @classmethod
    def of(cls,
           tokenizer: PreTrainedTokenizerBase,
           separator: str | None = None) -> SpecialTokens:
        """Look the special tokens of a tokenizer up.

        Args:
            tokenizer (PreTrainedTokenizerBase): Any tokenizer. Without a cls
                token bos opens, without a sep token eos closes and without a
                pad token the separator fills up.
            separator (str, optional): Another token to close texts with.
                Defaults to None.

        Returns:
            SpecialTokens: Their ids.

        Raises:
            InputError: If the tokenizer has none, or not this separator.
        """
        start = _first_id(tokenizer.cls_token_id, tokenizer.bos_token_id)
        end = _first_id(tokenizer.sep_token_id, tokenizer.eos_token_id)
        if separator is not None:
            end = tokenizer.get_vocab().get(separator)
        if start is None or end is None:
            raise InputError(
                f'the tokenizer {tokenizer.name_or_path}',
                f'cls {tokenizer.cls_token}, bos {tokenizer.bos_token}, sep '
                f'{tokenizer.sep_token}, eos {tokenizer.eos_token}, asked '
                f'separator {separator}',
                'a token to open and one to close a sequence with',
                'use another tokenizer, or a separator of its vocabulary')
        pad = tokenizer.pad_token_id
        return cls(start, end, end if pad is None else pad)


def _first_id(*ids: int | None) -> int | None:
    """Give the first id that is set."""
    return next((index for index in ids if index is not None), None)
