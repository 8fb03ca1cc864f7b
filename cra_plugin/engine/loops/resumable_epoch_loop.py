"""Train by epochs, and continue in the middle of one."""

from __future__ import annotations

from typing import Any

from mmengine.runner import EpochBasedTrainLoop, Runner

from cra_plugin.engine.config_completion import schedules_of_run
from cra_plugin.engine.loops.completed_loop import CompletedLoop
from cra_plugin.registry import LOOPS


@LOOPS.register_module()
class ResumableEpochLoop(EpochBasedTrainLoop, CompletedLoop):
    """mmengine's epoch loop that leaves out the batches of a begun epoch.

    A checkpoint that was saved in the middle of an epoch knows how many
    iterations were done. The sampler draws the same order again, so the rest
    of the epoch is what an unbroken run would have seen. Where it would not,
    with other batches, :class:`ResumeHook` sets the iterations back.

    Datasets are completed, and schedules that would begin after the last
    epoch left out.

    Args:
        runner (Runner): The runner.
        dataloader (Any): A data loader, or the config of one.
        max_epochs (int): Epochs of the training.
        val_begin (int): The first epoch that is validated. Defaults to 1.
        val_interval (int): Epochs from one validation to the next. Defaults
            to 1.
        dynamic_intervals (list[tuple[int, int]], optional): Epochs from
            which on there are other intervals. Defaults to None.
    """

    def __init__(
            self,
            runner: Runner,
            dataloader: Any,
            max_epochs: int,
            val_begin: int = 1,
            val_interval: int = 1,
            dynamic_intervals: list[tuple[int, int]] | None = None) -> None:
        EpochBasedTrainLoop.__init__(
            self, runner, dataloader, max_epochs, val_begin, val_interval,
            dynamic_intervals)
        # The runner builds them next, with this loop's end where they have
        # none.
        runner.param_schedulers = schedules_of_run(runner.param_schedulers,
                                                   max_epochs) or None

    def run_epoch(self) -> None:
        """Iterate one epoch, or what is left of it."""
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        done = self._iter - self._epoch * len(self.dataloader)
        for index, batch in enumerate(self.dataloader):
            if index >= done:
                self.run_iter(index, batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1
