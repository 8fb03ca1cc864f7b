"""An encoder whose features are easy to know: the colors of a frame."""

import numpy as np


class MeanColor:
    """Mean colors of each frame, plus one that counts its calls."""

    name = 'mean color'
    width = 3

    def __init__(self, fail_after=None):
        self.batches = []
        self.fail_after = fail_after

    def prepare(self, frames):
        means = [frame.mean(axis=(0, 1)) for frame in frames]
        return np.array(means).round().astype(np.uint8)[:, None, None]

    def encode(self, videos):
        if len(self.batches) == self.fail_after:
            raise KeyboardInterrupt
        self.batches.append(len(videos))
        return videos[:, :, 0, 0].astype(np.float32)
