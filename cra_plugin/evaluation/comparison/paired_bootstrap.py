"""Draw the same questions again for all models and metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cra_plugin.evaluation.comparison.bootstrap_settings import (
    BootstrapSettings,
)

# Counts that are drawn at a time: 64 MiB.
BLOCK = 2**23


@dataclass(frozen=True)
class _Cell:
    """The questions of one type, by the unit that they are drawn with."""

    units: np.ndarray  # (U',)
    sums: np.ndarray   # (U', K)
    sizes: np.ndarray  # (U',)


@dataclass(frozen=True)
class PairedMeans:
    """Means of K columns over all questions and over those of each type.

    Attributes:
        point (np.ndarray): (1 + T, K) over all, then of each type.
        drawn (np.ndarray): (R, 1 + T, K) the same of each resample; NaN
            where it has no question of a type.
        influence (np.ndarray): (U, 1 + T, K) each mean without one of the
            units, for BCa; empty for percentile intervals.
        num_units (np.ndarray): (1 + T, 1) how many units each mean is of.
    """

    point: np.ndarray
    drawn: np.ndarray
    influence: np.ndarray
    num_units: np.ndarray


def resample_means(values: np.ndarray, types: np.ndarray,
                   videos: np.ndarray, settings: BootstrapSettings,
                   over_types: Sequence[bool]) -> PairedMeans:
    """Draw questions again and average every column over the same ones.

    Args:
        values (np.ndarray): (N, K) what each question contributes to a
            metric of a model.
        types (np.ndarray): (N,) types of questions.
        videos (np.ndarray): (N,) index of the video.
        settings (BootstrapSettings): How often, and what is drawn.
        over_types (Sequence[bool]): (K,) whether the mean over all is that of
            the means of the types.

    Returns:
        PairedMeans: T types in sorted order.
    """
    units = (np.arange(len(values)) if settings.unit == 'question' else
             np.unique(videos, return_inverse=True)[1])
    size = int(units.max()) + 1
    cells = [_cell(values[rows], units[rows]) for rows in (
        types == kind for kind in np.unique(types))]
    macro = np.array(over_types, dtype=bool)
    drawn = [_means(counts, cells, macro)
             for counts in _draw_counts(size, settings)]
    influence = np.empty((0, 1 + len(cells), values.shape[1]))
    if settings.interval == 'bca':
        influence = _leave_one_out(size, cells, macro)
    return PairedMeans(
        _means(np.ones((1, size)), cells, macro)[0], np.concatenate(drawn),
        influence, np.array([[size], *([len(each.units)] for each in cells)]))


def _cell(values: np.ndarray, units: np.ndarray) -> _Cell:
    """Add up the questions (n, K) of one type by their unit (n,)."""
    found, places = np.unique(units, return_inverse=True)
    if len(found) == len(units):
        return _Cell(units, values, np.ones(len(units)))
    sums = np.stack([np.bincount(places, column) for column in values.T], 1)
    return _Cell(found, sums, np.bincount(places).astype(np.float64))


def _draw_counts(size: int,
                 settings: BootstrapSettings) -> Iterator[np.ndarray]:
    """How often each unit is drawn (B, U), a bounded part at a time."""
    rng = np.random.default_rng(settings.seed)
    step = max(1, BLOCK // size)
    for begin in range(0, settings.resamples, step):
        counts = np.empty((min(step, settings.resamples - begin), size))
        for row in counts:
            row[:] = np.bincount(rng.integers(0, size, size), minlength=size)
        yield counts


def _means(counts: np.ndarray, cells: Sequence[_Cell],
           macro: np.ndarray) -> np.ndarray:
    """Means (B, 1 + T, K) of units that count so many times (B, U)."""
    parts = [counts[:, cell.units] for cell in cells]
    sums = np.stack([part @ cell.sums for part, cell in zip(parts, cells)], 1)
    sizes = np.stack([part @ cell.sizes for part, cell in zip(parts, cells)],
                     1)
    return _divide(sums, sizes, macro)


def _divide(sums: np.ndarray, sizes: np.ndarray,
            macro: np.ndarray) -> np.ndarray:
    """Means (B, 1 + T, K) of sums (B, T, K) over (B, T) questions."""
    with np.errstate(invalid='ignore', divide='ignore'):
        by_type = sums / sizes[..., None]
        overall = sums.sum(1) / sizes.sum(1)[:, None]
    if macro.any():
        present = np.maximum((sizes > 0).sum(1), 1)[:, None]
        overall[:, macro] = np.nansum(by_type[..., macro], 1) / present
    return np.concatenate([overall[:, None], by_type], 1)


def _leave_one_out(size: int, cells: Sequence[_Cell],
                   macro: np.ndarray) -> np.ndarray:
    """Means (U, 1 + T, K) without each of the units."""
    sums = np.stack([np.broadcast_to(cell.sums.sum(0), (size, len(macro)))
                     for cell in cells], 1)
    sizes = np.stack([np.full(size, cell.sizes.sum()) for cell in cells], 1)
    for place, cell in enumerate(cells):
        sums[cell.units, place] -= cell.sums
        sizes[cell.units, place] -= cell.sizes
    return _divide(sums, sizes, macro)
