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
            check_enough_frames(len(batch), num_clusters)
        model.partial_fit(batch)
        total += len(batch)
    return model.cluster_centers_.astype(np.float32)


def check_enough_frames(num_frames: int, num_clusters: int) -> None:
    """Refuse more centres than there are frames.

    Args:
        num_frames (int): Frames to cluster.
        num_clusters (int): Number of centres K.

    Raises:
        InputError: If K is larger.
    """
    if num_frames < num_clusters:
        field = 'model.causal_intervention.front_door.num_clusters'
        raise InputError(
            field, f'{num_clusters} centres for {num_frames} training frames',
            'at most as many centres as frames',
            f'set --cfg-options {field}={max(1, num_frames // 4)} or less')


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
