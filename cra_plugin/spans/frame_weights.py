"""What all span decoders ask of the weights of frames.

``mask`` (B, T) is True at real frames, which come first, and False at
padding.
"""

from __future__ import annotations

import numpy as np

# Sums of larger weights might overflow.
LARGE = 1e280


def prepare_weights(
        weights: np.ndarray,
        mask: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Make weights that add up, and a mask.

    Args:
        weights (np.ndarray): (B, T) finite weights.
        mask (np.ndarray, optional): (B, T) real frames; None: all.

    Returns:
        tuple[np.ndarray, np.ndarray]: (B, T) float64, 0 at padding, and the
        mask (B, T).
    """
    weights = np.asarray(weights, dtype=np.float64)
    if mask is None:
        mask = np.ones(weights.shape, dtype=bool)
    return without_overflow(np.where(mask, weights, 0)), mask


def find_peaks(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Find the largest weights.

    Args:
        weights (np.ndarray): (B, T) weights.
        mask (np.ndarray): (B, T) real frames.

    Returns:
        np.ndarray: (B,) indices, each of the first largest weight of a real
        frame.
    """
    peaks: np.ndarray = np.where(mask, weights, -np.inf).argmax(1)
    return peaks


def without_overflow(weights: np.ndarray) -> np.ndarray:
    """Scale rows down whose sums would leave the range of floats.

    Args:
        weights (np.ndarray): (..., T) finite weights, of which no decoder
            and no picture shows the scale.

    Returns:
        np.ndarray: (..., T) the same weights; those of a row beyond
        ``LARGE`` divided by a power of two, which keeps all digits.
    """
    huge = np.abs(weights).max(-1, keepdims=True, initial=0) > LARGE
    return np.where(huge, weights / 2**64, weights)
