"""McNemar's test: do two models answer equally well?"""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest


def mcnemar(first: np.ndarray, second: np.ndarray) -> dict[str, float]:
    """Test it by the questions that one of them alone has right.

    Exact: of those, as many should be right by one as by the other.

    Args:
        first (np.ndarray): (N,) bool, which questions a model has right.
        second (np.ndarray): (N,) bool, which another one has.

    Returns:
        dict[str, float]: ``only_first``, ``only_second`` (numbers of
        questions) and ``p``, two-sided.
    """
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    apart = only_first + only_second
    p = binomtest(only_first, apart).pvalue if apart else 1.0
    return {'only_first': only_first, 'only_second': only_second,
            'p': float(p)}
