"""Token ids of all texts of a corpus, encoded once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np
from transformers import PreTrainedTokenizerBase

from cra_plugin.datasets.text.token_cache import TokenCache

_BATCH_TEXTS = 2**16


class TokenTable:
    """A table from text to token ids, without special tokens.

    All ids lie in one array, which forked workers share.

    Args:
        tokenizer (PreTrainedTokenizerBase): The tokenizer.
        cache (TokenCache, optional): Where large batches of texts are kept
            for later runs. Defaults to None.

    Attributes:
        ids (np.ndarray): Ids of all texts, one after the other, int32.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase,
                 cache: TokenCache | None = None) -> None:
        self.tokenizer = tokenizer
        self._cache = cache
        self._rows: dict[str, int] = {}
        self.ids = np.zeros(0, dtype=np.int32)
        self._offsets = np.zeros(1, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._rows)

    def prepare(self, texts: Iterable[str]) -> None:
        """Encode texts that are not in the table yet, in large batches.

        Args:
            texts (Iterable[str]): May repeat.
        """
        new = iter([t for t in dict.fromkeys(texts) if t not in self._rows])
        while batch := list(islice(new, _BATCH_TEXTS)):
            kept = self._cache.read(batch) if self._cache else None
            if kept is None:
                encoded = self._encode(batch)
                kept = (np.concatenate(encoded),
                        np.array([len(ids) for ids in encoded]))
                if self._cache:
                    self._cache.write(batch, *kept)
            ids, lengths = kept
            rows = range(len(self._rows), len(self._rows) + len(batch))
            self._rows.update(zip(batch, rows))
            self.ids = np.concatenate([self.ids, ids])
            ends = self._offsets[-1] + np.cumsum(lengths)
            self._offsets = np.concatenate([self._offsets, ends])

    def __getitem__(self, text: str) -> np.ndarray:
        """Look the ids of a text up, or encode it if it is unknown.

        Args:
            text (str): The text.

        Returns:
            np.ndarray: (L,) int32 ids.
        """
        row = self._rows.get(text)
        if row is None:
            return self._encode([text])[0]
        return self.ids[self._offsets[row]:self._offsets[row + 1]]

    def find(self, texts: Iterable[str]
             ) -> tuple[np.ndarray, np.ndarray] | None:
        """Say where the ids of many texts lie in :attr:`ids`.

        Args:
            texts (Iterable[str]): N texts.

        Returns:
            tuple[np.ndarray, np.ndarray], optional: (N,) starts and lengths;
            None if any of them is not in the table.
        """
        rows = list(map(self._rows.get, texts))
        if None in rows:
            return None
        found = np.array(rows, dtype=np.int64)
        starts = self._offsets[found]
        return starts, self._offsets[found + 1] - starts

    def _encode(self, texts: list[str]) -> list[np.ndarray]:
        """Encode a batch without special tokens."""
        encoded = self.tokenizer(
            texts,
            add_special_tokens=False,
            return_attention_mask=False,
            verbose=False)
        return [np.array(ids, np.int32) for ids in encoded['input_ids']]
