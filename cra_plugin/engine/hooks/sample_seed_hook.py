"""Tell the training set which epoch it is drawn for."""

from __future__ import annotations

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner, set_random_seed

from cra_plugin.datasets.unwrap import unwrap_datasets
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
        seed = self._seed(runner)
        for dataset in unwrap_datasets(runner.train_dataloader.dataset):
            if hasattr(dataset, 'set_epoch'):
                dataset.set_epoch(runner.epoch, seed)

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: Any = None) -> None:
        """Seed what else is random, once the epoch's first batch is there.

        Not earlier: a data loader draws from the global random state when
        it starts workers, which persistent ones do in one epoch only.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Index of the batch in its epoch.
            data_batch (Any): Not used. Defaults to None.
        """
        if batch_idx == 0:
            # Far apart, because other ranks get seed + rank.
            set_random_seed(
                self._seed(runner) + 1000 * runner.epoch, diff_rank_seed=True)

    def _seed(self, runner: Runner) -> int:
        return runner.seed if self.seed is None else self.seed
