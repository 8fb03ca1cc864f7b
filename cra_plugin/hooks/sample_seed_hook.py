"""Tell the training set which epoch it is drawn for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner, set_random_seed

from cra_plugin.registry import HOOKS


@HOOKS.register_module()
class SampleSeedHook(Hook):
    """Call ``set_epoch(epoch, seed)`` on the training set before each epoch.

    So every epoch draws other negatives, and a resumed run draws those that
    it would have drawn had it never stopped. Wrappers (``RepeatDataset``,
    ``ConcatDataset``, ...) are looked through. A loop that counts iterations
    has one epoch only. Whatever else is random, such as dropout, is seeded
    too, since mmengine's checkpoints do not hold the random state.

    Args:
        seed (int, optional): Seed of the samples; None takes the runner's.
            Defaults to None.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def before_train_epoch(self, runner: Runner) -> None:
        """Set the epoch.

        Args:
            runner (Runner): The runner of the training.
        """
        seed = runner.seed if self.seed is None else self.seed
        # Far apart, because other ranks get seed + rank.
        set_random_seed(seed + 1000 * runner.epoch, diff_rank_seed=True)
        for dataset in _unwrap(runner.train_dataloader.dataset):
            if hasattr(dataset, 'set_epoch'):
                dataset.set_epoch(runner.epoch, seed)


def _unwrap(dataset: Any) -> Iterator[Any]:
    """Go through wrappers to the datasets that make samples."""
    inner = getattr(dataset, 'datasets', None)
    if inner is None and hasattr(dataset, 'dataset'):
        inner = [dataset.dataset]
    if inner is None:
        yield dataset
    for part in inner or ():
        yield from _unwrap(part)
