"""One span out of two predictions of it."""

from __future__ import annotations

import numpy as np

from cra_plugin.errors import check_choice

MERGE_RULES = ('intersection', 'union')


def merge_spans(first: np.ndarray,
                second: np.ndarray,
                rule: str = 'intersection') -> np.ndarray:
    """Merge two predictions of the same spans.

    Args:
        first (np.ndarray): (B, 2) spans, such as those of the window.
        second (np.ndarray): (B, 2) spans, such as the adaptive ones.
        rule (str): ``'intersection'``, or ``second`` where it is empty
            (spans that touch meet in a point), or ``'union'``: the hull of
            both. Defaults to 'intersection'.

    Returns:
        np.ndarray: (B, 2) spans.

    Raises:
        InputError: If there is no such rule.
    """
    check_choice('rule', rule, MERGE_RULES)
    lower = np.minimum(first, second)
    upper = np.maximum(first, second)
    if rule == 'union':
        return np.stack([lower[..., 0], upper[..., 1]], -1)
    common = np.stack([upper[..., 0], lower[..., 1]], -1)
    return np.where(common[..., :1] <= common[..., 1:], common, second)
