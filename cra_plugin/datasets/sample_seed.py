"""Seeds that depend on the sample, not on who draws it."""

from __future__ import annotations

from binascii import crc32
from typing import Any

import numpy as np
import torch


class SampleSeed:
    """A random generator a sample: a function of (seed, epoch, sample key).

    Seed and epoch live in shared memory, so that a change in the main process
    reaches data loader workers that already run. Two runs, and a run that was
    resumed, draw the same whatever their number of workers.

    Args:
        seed (int): Not negative. Defaults to 0.
    """

    def __init__(self, seed: int = 0) -> None:
        self._state = torch.tensor([seed, 0]).share_memory_()

    def set(self, epoch: int, seed: int | None = None) -> None:
        """Move to another epoch, here and in every worker.

        Args:
            epoch (int): Not negative.
            seed (int, optional): None keeps the seed. Defaults to None.
        """
        self._state[1] = epoch
        if seed is not None:
            self._state[0] = seed

    def generator(self, key: str) -> np.random.Generator:
        """Make the generator of one sample.

        Args:
            key (str): What identifies the sample.

        Returns:
            np.random.Generator: The same for the same seed, epoch and key.
        """
        seed, epoch = self._state.tolist()
        return np.random.default_rng([seed, epoch, crc32(key.encode())])

    def __deepcopy__(self, memo: dict[str, Any]) -> SampleSeed:
        # A copied tensor would no longer be in shared memory.
        seed, epoch = self._state.tolist()
        other = SampleSeed(seed)
        other.set(epoch)
        return other
