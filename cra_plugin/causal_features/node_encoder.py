"""The interface of encoders of node texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class NodeEncoder(Protocol):
    """Turns the texts of graph nodes into vectors.

    Attributes:
        name (str): The architecture, where its weights come from and a
            digest of them: two encoders of one name give the same vectors.
        width (int): Length of a vector.
    """

    name: str
    width: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode a batch of texts.

        Args:
            texts (Sequence[str]): N texts; N may be 0.

        Returns:
            np.ndarray: (N, width) float32. The vector of a text depends on
            that text alone, to 1e-5.
        """
