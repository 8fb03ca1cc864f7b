"""Texts as a pretrained encoder sees them, the other alphabet of frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.utils.counted import counted


class EncodedTexts:
    """Vectors of texts in the space of an encoder, called by a text.

    Every dimension is centered and scaled to unit variance over all texts,
    so that strengths mean what they do for random words, and alike texts
    look alike. Where another width is wanted, one fixed random projection
    keeps lengths and angles in the mean.

    Args:
        texts (Sequence[str]): N distinct texts, of all splits at once:
            another set of texts is another space.
        vectors (np.ndarray): (N, W), one each.

    Raises:
        InputError: If there are fewer than two texts.
    """

    def __init__(self, texts: Sequence[str], vectors: np.ndarray) -> None:
        if len(texts) < 2:
            raise InputError('texts', counted(len(texts), 'text'),
                             'at least 2', 'encode those of all questions')
        centered = vectors - vectors.mean(axis=0)
        self._vectors = np.float32(
            centered / np.maximum(centered.std(axis=0), 1e-8))
        self._rows = {text: row for row, text in enumerate(texts)}
        self._projections: dict[int, np.ndarray] = {}

    def __call__(self, text: str, feature_dim: int) -> np.ndarray:
        """Return the vector of a text.

        Args:
            text (str): One of the texts.
            feature_dim (int): Number of dimensions D.

        Returns:
            np.ndarray: (D,) float32, of unit variance over all texts.
        """
        vector: np.ndarray = self._vectors[self._rows[text]]
        width = len(vector)
        if feature_dim == width:
            return vector
        if feature_dim not in self._projections:
            self._projections[feature_dim] = np.random.default_rng(
                0).standard_normal((width, feature_dim), np.float32)
        projected: np.ndarray = (
            vector @ self._projections[feature_dim] / np.float32(width**0.5))
        return projected
