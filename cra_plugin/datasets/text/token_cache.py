"""Token ids of the texts of a data set, kept across runs by content."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import tokenizers
from transformers import PreTrainedTokenizerBase

from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path

# Fewer texts are encoded in the time in which a file is read.
FEWEST_TEXTS = 20000


class TokenCache:
    """Files of token ids, named after the tokenizer and the texts.

    A file that cannot be read or written costs time and nothing else.

    Args:
        folder (str | Path): Where they lie; ``~`` is the user's.
        tokenizer (PreTrainedTokenizerBase): One without a backend of the
            package tokenizers keeps nothing.
    """

    def __init__(self, folder: str | Path,
                 tokenizer: PreTrainedTokenizerBase) -> None:
        self._folder = Path(folder).expanduser()
        backend = getattr(tokenizer, 'backend_tokenizer', None)
        self._size = len(tokenizer)
        self._tokenizer = None if backend is None else hashlib.sha256(
            f'{tokenizers.__version__}\0{backend.to_str()}'.encode()).digest()

    def read(self, texts: Sequence[str]
             ) -> tuple[np.ndarray, np.ndarray] | None:
        """Find what was kept.

        Args:
            texts (Sequence[str]): N texts.

        Returns:
            tuple[np.ndarray, np.ndarray], optional: All ids, int32, and the
            (N,) lengths of the texts; None where nothing whole was kept.
        """
        path = self._path(texts)
        if path is None or not path.is_file():
            return None
        with suppress(OSError, ValueError, KeyError, EOFError,
                      zipfile.BadZipFile), np.load(path) as file:
            ids, lengths = file['ids'], file['lengths']
            if (ids.dtype == np.int32 and lengths.dtype == np.int64
                    and ids.ndim == 1 and lengths.shape == (len(texts), )
                    and (lengths >= 0).all() and lengths.sum() == len(ids)
                    and ((ids >= 0) & (ids < self._size)).all()):
                return ids, lengths
        return None

    def write(self, texts: Sequence[str], ids: np.ndarray,
              lengths: np.ndarray) -> None:
        """Keep what was encoded.

        Args:
            texts (Sequence[str]): N texts.
            ids (np.ndarray): All ids, int32.
            lengths (np.ndarray): (N,) int64.
        """
        path = self._path(texts)
        if path is not None:
            with (suppress(OSError, InputError),
                  atomic_path(path) as temporary):
                np.savez(temporary, ids=ids, lengths=lengths)

    def _path(self, texts: Sequence[str]) -> Path | None:
        """The file of these texts; None where they are not kept."""
        if self._tokenizer is None or len(texts) < FEWEST_TEXTS:
            return None
        digest = hashlib.sha256(self._tokenizer)
        # What no text holds stands between them.
        digest.update(b'\xff'.join(
            text.encode(errors='surrogatepass') for text in texts))
        return self._folder / f'{digest.hexdigest()}.npz'
