"""Holm's correction of p-values for several comparisons."""

from __future__ import annotations

from collections.abc import Sequence


def correct_holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values so that the chance of any false alarm stays bounded.

    Source: S. Holm, A Simple Sequentially Rejective Multiple Test Procedure,
    Scandinavian Journal of Statistics 6 (1979).

    Args:
        p_values (Sequence[float]): One for each comparison.

    Returns:
        list[float]: The corrected ones, in the same order.
    """
    corrected = [0.0] * len(p_values)
    largest = 0.0
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    for rank, place in enumerate(order):
        largest = max(largest, (len(order) - rank) * p_values[place])
        corrected[place] = min(1.0, largest)
    return corrected
