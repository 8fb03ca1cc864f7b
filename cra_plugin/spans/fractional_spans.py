"""Turn spans in fractions of the duration into seconds."""

from __future__ import annotations

import numpy as np

# NExT-GQA's evaluator rounds every span given in fractions to 0.1 s.
DECIMALS = 1


def seconds_from_fractions(spans: np.ndarray,
                           durations: np.ndarray) -> np.ndarray:
    """Turn fractions of the duration into seconds, as NExT-GQA does.

    Args:
        spans (np.ndarray): (..., 2) spans in fractions of the duration.
        durations (np.ndarray): (...) durations in seconds.

    Returns:
        np.ndarray: (..., 2) spans in seconds, rounded to 0.1 s.
    """
    rounded: np.ndarray = np.round(spans * durations[..., None], DECIMALS)
    return rounded
