"""Mini-batch k-means over samples that need not fit into memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from cra_plugin.errors import InputError

# Frames of one video are alike: batches of few from many videos cluster
# better than whole videos do (docs/benchmarks.md).
SAMPLES_A_VISIT = 2


class SampleGroups(Protocol):
    """Samples in groups that are read together, such as a video's frames."""

    group_size: int

    def __len__(self) -> int:
        """Return the number of groups."""

    def __getitem__(self, index: int) -> np.ndarray:
        """Read the (group_size, D) samples of a group."""


def cluster_samples(groups: SampleGroups,
                    num_clusters: int,
                    seed: int = 2024,
                    passes: int = 4,
                    batch_size: int = 4096) -> np.ndarray:
    """Cluster samples one batch at a time, in random order.

    The first batch places the centers (k-means++), the others move them. A
    batch takes a few samples of each of many groups; only one batch is held
    in memory.

    Args:
        groups (SampleGroups): The samples, at least ``num_clusters``.
        num_clusters (int): Number of centers K.
        seed (int): Seed of the order and of the first centers. Defaults to
            2024.
        passes (int): How often every sample is seen. Defaults to 4.
        batch_size (int): Samples per step; at least K are taken. Defaults to
            4096.

    Returns:
        np.ndarray: (K, D) float32 centers.
    """
    # Half a second of CPU time, which every training would pay.
    from sklearn.cluster import MiniBatchKMeans
    model = MiniBatchKMeans(
        num_clusters, random_state=seed, n_init=1, compute_labels=False)
    for turn in range(passes):
        samples = _shuffled(groups, np.random.default_rng((seed, turn)))
        for batch in _batches(samples, max(batch_size, num_clusters)):
            model.partial_fit(batch)
    centers: np.ndarray = model.cluster_centers_.astype(np.float32)
    return centers


def check_enough_samples(num_samples: int, num_clusters: int, option: str,
                         samples: str) -> None:
    """Refuse more centers than there are samples, or none.

    Args:
        num_samples (int): Samples to cluster.
        num_clusters (int): Number of centers K.
        option (str): The option that sets K, up to the number.
        samples (str): What is clustered, in the plural.

    Raises:
        InputError: If K is larger, or not positive.
    """
    if not 1 <= num_clusters <= num_samples:
        raise InputError(
            option.rstrip('= '),
            f'{num_clusters} centers for {num_samples} {samples}',
            f'at least one center, at most as many as {samples}',
            f'set {option}{max(1, num_samples // 4)} or less')


def _shuffled(groups: SampleGroups,
              generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield a few samples of a group at a time, every sample once."""
    shape = (len(groups), groups.group_size)
    places = np.argsort(generator.random(shape), axis=1)
    for visit in range(math.ceil(groups.group_size / SAMPLES_A_VISIT)):
        first = visit * SAMPLES_A_VISIT
        for index in generator.permutation(len(groups)):
            chosen = places[index, first:first + SAMPLES_A_VISIT]
            yield np.asarray(groups[int(index)], dtype=np.float32)[chosen]


def _batches(samples: Iterator[np.ndarray],
             size: int) -> Iterator[np.ndarray]:
    """Join samples to batches; a rest too small to stand joins the last."""
    full: list[np.ndarray] = []
    pending: list[np.ndarray] = []
    count = 0
    for some in samples:
        pending.append(some)
        count += len(some)
        if count >= size:
            if full:
                yield np.concatenate(full)
            full, pending, count = pending, [], 0
    yield np.concatenate(full + pending)
