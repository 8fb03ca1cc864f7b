"""Confidence intervals and p-values of differences."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from cra_plugin.evaluation.comparison.bootstrap_settings import (
    BootstrapSettings,
)


class Interval(NamedTuple):
    """Differences, arrays (...) each.

    Attributes:
        difference (np.ndarray): As measured.
        low (np.ndarray): Lower end of the confidence interval.
        high (np.ndarray): Its upper end.
        p (np.ndarray): Two-sided p-value of no difference.
    """

    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def difference_interval(point: np.ndarray, drawn: np.ndarray,
                        influence: np.ndarray, num_units: np.ndarray,
                        settings: BootstrapSettings) -> Interval:
    """Make the intervals of differences that were drawn again.

    The p-value is twice the smaller share of resamples on either side of no
    difference (Efron and Tibshirani, 1993, chapter 15), never 0, and at least
    that of a sign test over units that all differ in one direction: resamples
    of very few units are too much alike.

    Args:
        point (np.ndarray): (...) measured differences.
        drawn (np.ndarray): (R, ...) those of the resamples, NaN where they
            are not defined.
        influence (np.ndarray): (U, ...) those without each of the units, for
            BCa alone.
        num_units (np.ndarray): Broadcast against ``point``, how many units
            each is of.
        settings (BootstrapSettings): Level and kind of the interval.

    Returns:
        Interval: In the unit of ``point``.
    """
    tail = (100 - settings.level) / 200
    tails = np.array([tail, 1 - tail]).reshape(2, *[1] * point.ndim)
    if settings.interval == 'bca':
        tails = _corrected(tails, point, drawn, influence)
    # NaN, of resamples without a question of a type, is sorted to the end.
    ordered = np.sort(drawn, axis=0)
    defined = np.maximum((~np.isnan(drawn)).sum(0), 1)
    low, high = (_quantile(ordered, defined, each) for each in tails)
    beside = np.minimum((drawn <= 0).sum(0), (drawn >= 0).sum(0))
    least = 2.0 ** (1 - num_units)
    p = np.clip(2 * (beside + 1) / (defined + 1), least, 1.0)
    return Interval(point, low, high, p)


def _quantile(ordered: np.ndarray, defined: np.ndarray,
              share: np.ndarray) -> np.ndarray:
    """Quantiles of sorted columns (R, ...) at shares of their own (...)."""
    place = np.clip(share, 0, 1) * (defined - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, defined - 1)
    first = np.take_along_axis(ordered, below[None], 0)[0]
    second = np.take_along_axis(ordered, above[None], 0)[0]
    found: np.ndarray = first + (place - below) * (second - first)
    return found


def _corrected(tails: np.ndarray, point: np.ndarray, drawn: np.ndarray,
               influence: np.ndarray) -> np.ndarray:
    """Shares (2, ...) at which BCa cuts off."""
    half = 0.5 / len(drawn)
    defined = np.maximum((~np.isnan(drawn)).sum(0), 1)
    below = ((drawn < point).sum(0) + (drawn <= point).sum(0)) / (2 * defined)
    bias = ndtri(np.clip(below, half, 1 - half))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', RuntimeWarning)
        apart = np.nan_to_num(np.nanmean(influence, 0) - influence)
    spread = (apart**2).sum(0)**1.5
    skew = np.divide((apart**3).sum(0), 6 * spread, where=spread > 0,
                     out=np.zeros_like(spread))
    shifted = bias + ndtri(tails)
    shares: np.ndarray = ndtr(bias + shifted / (1 - skew * shifted))
    return shares
