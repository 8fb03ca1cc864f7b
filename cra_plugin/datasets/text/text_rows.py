"""Fill the texts of a batch into one array of token ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from cra_plugin.datasets.text.token_table import TokenTable
from cra_plugin.datasets.text.tokenizer import SpecialTokens

# (N,) starts and lengths in the ids of a table.
Places = tuple[np.ndarray, np.ndarray]


class TextRows:
    """Builds ``<s> a </s>`` and ``<s> a </s> b </s>`` of N texts at once.

    Args:
        table (TokenTable): The ids of the texts.
        special (SpecialTokens): What is put around them.
        pair_length (int): Number L of tokens of a row of two texts.
        single_length (int): The same of one text.
        between (np.ndarray): Ids that stand behind the first text of two,
            before its ``</s>``.
    """

    def __init__(self, table: TokenTable, special: SpecialTokens,
                 pair_length: int, single_length: int,
                 between: np.ndarray) -> None:
        self._table, self._special = table, special
        self._pair_length, self._single_length = pair_length, single_length
        self._between = between

    def find(self, texts: Sequence[Iterable[str]]) -> Places | None:
        """Find the texts of B samples.

        Args:
            texts (Sequence[Iterable[str]]): M texts of each.

        Returns:
            tuple[np.ndarray, np.ndarray], optional: (B, M) starts and
            lengths; None if M differs, or one is not in the table.
        """
        rows = [list(each) for each in texts]
        if len({len(each) for each in rows}) != 1:
            return None
        found = self._table.find(chain.from_iterable(rows))
        if found is None:
            return None
        starts, lengths = (each.reshape(len(rows), -1) for each in found)
        return starts, lengths

    def pairs(self, first: Places, second: Places
              ) -> tuple[np.ndarray, np.ndarray]:
        """Join two texts; where they are too long the first is cut first.

        Args:
            first (Places): Of questions, to be broadcast to ``second``.
            second (Places): (B, M), of choices.

        Returns:
            tuple[np.ndarray, np.ndarray]: Ids (B, M, L) int64, and their
            mask, True at tokens.
        """
        extra = len(self._between)
        room = self._pair_length - 3 - extra
        behind = np.minimum(second[1], room)[..., None]
        front = np.minimum(first[1][..., None], room - behind)
        column = np.arange(self._pair_length)
        end = front + extra + 1
        place = np.where(column <= front, first[0][..., None] + column - 1,
                         second[0][..., None] + column - end - 1)
        closing = (column == end) | (column == end + behind + 1)
        tokens, mask = self._fill(place, closing, end + behind + 2)
        for step, token in enumerate(self._between, 1):
            tokens[column == front + step] = token
        return tokens, mask

    def singles(self, texts: Places) -> tuple[np.ndarray, np.ndarray]:
        """Put one text into each row.

        Args:
            texts (Places): (B, K).

        Returns:
            tuple[np.ndarray, np.ndarray]: Ids (B, K, L) and their mask.
        """
        size = np.minimum(texts[1], self._single_length - 2)[..., None]
        column = np.arange(self._single_length)
        return self._fill(texts[0][..., None] + column - 1,
                          column == size + 1, size + 2)

    def _fill(self, place: np.ndarray, closing: np.ndarray, size: np.ndarray
              ) -> tuple[np.ndarray, np.ndarray]:
        """Look ids up, and put special tokens around them."""
        ids: Any = self._table.ids.take(place, mode='clip')
        tokens = ids.astype(np.int64)
        tokens[closing] = self._special.separator
        tokens[..., 0] = self._special.start
        mask = np.arange(place.shape[-1]) < size
        tokens[~mask] = self._special.pad
        return tokens, mask
