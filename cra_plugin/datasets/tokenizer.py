"""Loading a tokenizer, and the special tokens a sequence is built from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from cra_plugin.errors import InputError

_PROBE_SECONDS = 5.0


def load_tokenizer(name: str) -> PreTrainedTokenizerBase:
    """Load a tokenizer from a folder, the local cache or the hub.

    Args:
        name (str): A Hugging Face model name or a local folder.

    Returns:
        PreTrainedTokenizerBase: The tokenizer.

    Raises:
        InputError: If it is in none of these places. One short request is
            made before the hub is tried, so this does not hang offline.
    """
    local_error = _load(name, local_files_only=True)
    if isinstance(local_error, PreTrainedTokenizerBase):
        return local_error
    if Path(name).is_dir() or name.startswith(('/', '.', '~')):
        raise InputError(name, 'a folder without a usable tokenizer '
                         f'({_first_line(local_error)})',
                         'tokenizer files (tokenizer.json, ...)',
                         'save one there with save_pretrained')
    try:
        HfApi().model_info(name, timeout=_PROBE_SECONDS)
        loaded = _load(name, local_files_only=False)
    except Exception as error:  # any of the hub's and its client's errors
        loaded = error
    if isinstance(loaded, PreTrainedTokenizerBase):
        return loaded
    raise InputError(
        name, 'no tokenizer of this name in the local cache, nor on the hub '
        f'({_first_line(loaded)})',
        'a Hugging Face model that can be reached or a local folder',
        f'run `huggingface-cli download {name}` beforehand where there is a '
        'network, or give a local folder')


def _load(name: str,
          local_files_only: bool) -> PreTrainedTokenizerBase | Exception:
    """Try to load, and give back what went wrong otherwise."""
    try:
        return AutoTokenizer.from_pretrained(
            name, local_files_only=local_files_only)
    except Exception as error:  # transformers raises many kinds
        return error


def _first_line(error: object) -> str:
    """Shorten an error for a one-line message."""
    return (str(error).splitlines() or [''])[0][:200]


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
