"""How a simulated video looks: events, scenes and noise, added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from cra_plugin.structures.video_question import Span


@dataclass(frozen=True)
class VisibleEvent:
    """Something that the frames within its spans show.

    Attributes:
        vector (np.ndarray): (D,) what it looks like, strength included.
        spans (Sequence[Span]): When, as (start, end) in seconds.
    """

    vector: np.ndarray
    spans: Sequence[Span]


def video_generator(seed: int, video_id: str,
                    purpose: str) -> np.random.Generator:
    """Return a random generator that depends on the video, not on its order.

    Args:
        seed (int): Seed of the simulation, at least 0.
        video_id (str): Identifier of the video.
        purpose (str): What is drawn, so that two purposes never share a
            stream.

    Returns:
        np.random.Generator: The generator.
    """
    return np.random.default_rng(
        [seed, crc32(video_id.encode()),
         crc32(purpose.encode())])


def frames_in_spans(frame_times: np.ndarray,
                    spans: Sequence[Span]) -> np.ndarray:
    """Tell which frames fall into any span.

    A span that falls between two frames gets the frame nearest to its
    middle: an event that is asked about is seen at least once.

    Args:
        frame_times (np.ndarray): (T,) seconds.
        spans (Sequence[Span]): (start, end) in seconds, both inclusive.

    Returns:
        np.ndarray: (T,) bool.
    """
    inside = np.zeros(len(frame_times), dtype=bool)
    for start, end in spans:
        covered = (frame_times >= start) & (frame_times <= end)
        if not covered.any():
            covered[np.abs(frame_times - (start + end) / 2).argmin()] = True
        inside |= covered
    return inside


def compose_frames(frame_times: np.ndarray, events: Iterable[VisibleEvent],
                   noise_strength: float, feature_dim: int,
                   generator: np.random.Generator) -> np.ndarray:
    """Add up the visible events of each frame, and noise.

    Args:
        frame_times (np.ndarray): (T,) seconds.
        events (Iterable[VisibleEvent]): What there is to see.
        noise_strength (float): Standard deviation of the noise in each
            dimension.
        feature_dim (int): Number of dimensions D.
        generator (np.random.Generator): Draws the noise.

    Returns:
        np.ndarray: (T, D) float32 frame features.
    """
    frames = generator.standard_normal((len(frame_times), feature_dim),
                                       dtype=np.float32)
    frames *= np.float32(noise_strength)
    for event in events:
        frames[frames_in_spans(frame_times, event.spans)] += event.vector
    return frames
