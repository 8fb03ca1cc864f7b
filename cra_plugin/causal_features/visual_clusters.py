"""Visual confounders: the centres of training frame features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from cra_plugin.errors import InputError


def cluster_frames(videos: Iterable[np.ndarray],
                   num_clusters: int,
                   seed: int = 2024,
                   batch_size: int = 4096) -> np.ndarray:
    """Cluster the frames of many videos, a batch at a time.

    Args:
        videos (Iterable[np.ndarray]): (N, D) frame features, a video each.
        num_clusters (int): Number of centres K.
        seed (int): Seed of the initial centres. Defaults to 2024.
        batch_size (int): Frames a step; at least K are taken. Defaults to
            4096.

    Returns:
        np.ndarray: (K, D) float32 centres.

    Raises:
        InputError: If there are fewer frames than centres.
    """
    model = MiniBatchKMeans(
        num_clusters, random_state=seed, n_init=1, compute_labels=False)
    total = 0
    for batch in _batches(videos, max(batch_size, num_clusters)):
        if len(batch) < num_clusters:
            # A short last batch cannot start a clustering, but may end one.
            if total:
                break
            raise InputError(
                'num_clusters',
                f'{num_clusters} centres for {len(batch)} training frames',
                'at most as many centres as frames',
                'set --cfg-options model.causal_intervention.front_door.'
                f'num_clusters={max(1, len(batch) // 4)} or less')
        model.partial_fit(batch)
        total += len(batch)
    return model.cluster_centers_.astype(np.float32)


def _batches(videos: Iterable[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Join videos until there are ``size`` frames; the rest comes last."""
    pending: list[np.ndarray] = []
    count = 0
    for frames in videos:
        pending.append(frames)
        count += len(frames)
        if count >= size:
            yield np.concatenate(pending)
            pending, count = [], 0
    yield np.concatenate(pending) if pending else np.empty((0, 1))
