"""Whether a model knows how sure it may be of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import softmax

# Of equal width, as in Guo et al., On Calibration of Modern Neural Networks
# (arXiv 1706.04599).
BINS = 15
# How far from 1 rounded probabilities may sum up to.
TOLERANCE = 0.01


def calibrate(scores: Sequence[np.ndarray], answers: np.ndarray,
              right: np.ndarray) -> dict[str, Any]:
    """Hold the probabilities of predicted answers against their accuracy.

    Args:
        scores (Sequence[np.ndarray]): N times (M,) scores of the choices:
            probabilities if they are for every question, else their softmax
            is taken.
        answers (np.ndarray): (N,) predicted choices, which need not be those
            of the highest score; -1 counts as confidence 0.
        right (np.ndarray): (N,) bool, whether they are right.

    Returns:
        dict[str, Any]: ``ECE`` (expected calibration error), ``MCE`` (of the
        worst bin), ``confidence`` and ``accuracy`` in percent,
        ``scores_are`` (``'probabilities'`` or ``'logits'``),
        ``num_questions`` and ``bins``, those that are not empty: ``low``,
        ``high``, ``num_questions``, ``confidence``, ``accuracy``.
    """
    given = all(_are_probabilities(row) for row in scores)
    confidences = np.array([
        0.0 if answer < 0 else float((row if given else softmax(row))[answer])
        for row, answer in zip(scores, answers.tolist())])
    edges = np.linspace(0, 1, BINS + 1)
    # A bin has its upper edge, the first one also its lower.
    places = np.clip(np.searchsorted(edges, confidences) - 1, 0, BINS - 1)
    bins = [_bin(edges[place], edges[place + 1], confidences[rows],
                 right[rows])
            for place in range(BINS)
            for rows in (places == place, ) if rows.any()]
    gaps = np.array([abs(each['confidence'] - each['accuracy'])
                     for each in bins])
    sizes = np.array([each['num_questions'] for each in bins])
    return {'ECE': float((gaps * sizes).sum() / sizes.sum()),
            'MCE': float(gaps.max()),
            'confidence': 100 * float(confidences.mean()),
            'accuracy': 100 * float(right.mean()),
            'scores_are': 'probabilities' if given else 'logits',
            'num_questions': len(right), 'bins': bins}


def _are_probabilities(row: np.ndarray) -> bool:
    """Whether scores may be probabilities, which are rounded in files."""
    return bool((row >= 0).all() and abs(row.sum() - 1) <= TOLERANCE)


def _bin(low: float, high: float, confidences: np.ndarray,
         right: np.ndarray) -> dict[str, Any]:
    """What is known of the questions of a bin."""
    return {'low': float(low), 'high': float(high),
            'num_questions': len(right),
            'confidence': 100 * float(confidences.mean()),
            'accuracy': 100 * float(right.mean())}
