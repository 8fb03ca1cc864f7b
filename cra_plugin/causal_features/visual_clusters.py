"""Visual confounders: the centers of training frame features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from cra_plugin.causal_features.clustering import cluster_samples


class FrameFeatures(Protocol):
    """Frame features by video, such as a feature store."""

    num_frames: int

    def __getitem__(self, video_id: str) -> np.ndarray:
        """Read the (T, D) features of a video."""


class VideoFrames:
    """The frames of some videos, a group each, read when asked for.

    Frames that fit into the memory given are kept: each pass reads a video
    several times.

    Args:
        features (FrameFeatures): Where to read.
        video_ids (Sequence[str]): The videos.
        memory_bytes (int): Memory for frames. Defaults to 512 MiB.
    """

    def __init__(self,
                 features: FrameFeatures,
                 video_ids: Sequence[str],
                 memory_bytes: int = 2**29) -> None:
        self.features = features
        self.video_ids = video_ids
        self.group_size = features.num_frames
        self.free_bytes = memory_bytes
        self.kept: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.video_ids)

    def __getitem__(self, index: int) -> np.ndarray:
        if index in self.kept:
            return self.kept[index]
        frames = self.features[self.video_ids[index]]
        if self.free_bytes >= frames.nbytes:
            self.free_bytes -= frames.nbytes
            self.kept[index] = frames
        return frames


def cluster_frames(features: FrameFeatures,
                   video_ids: Sequence[str],
                   num_clusters: int,
                   seed: int = 2024,
                   passes: int = 4) -> np.ndarray:
    """Cluster the frames of many videos, some of them at a time.

    Source: CRA's visual confounder dictionary, k-means centers of the frame
    features of the training set.

    Args:
        features (FrameFeatures): (T, D) features by video.
        video_ids (Sequence[str]): The videos.
        num_clusters (int): Number of centers K, at most as many as frames.
        seed (int): Seed of the clustering. Defaults to 2024.
        passes (int): How often every frame is seen. Defaults to 4.

    Returns:
        np.ndarray: (K, D) float32 centers.
    """
    return cluster_samples(
        VideoFrames(features, video_ids), num_clusters, seed, passes)
