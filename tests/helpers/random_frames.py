"""Random weights of frames for the span decoders."""

import numpy as np


def random_frames(seed, size=300, num_frames=12):
    """Weights, times, lengths and mask of videos of different lengths."""
    rng = np.random.default_rng(seed)
    weights = rng.random((size, num_frames))**4
    times = np.sort(rng.random((size, num_frames)) * 60)
    lengths = rng.integers(1, num_frames + 1, size)
    return weights, times, lengths, np.arange(num_frames) < lengths[:, None]
