"""Train by epochs, and continue in the middle of one."""

from __future__ import annotations

from mmengine.runner import EpochBasedTrainLoop

from cra_plugin.registry import LOOPS


@LOOPS.register_module()
class ResumableEpochLoop(EpochBasedTrainLoop):
    """mmengine's epoch loop that leaves out the batches of a begun epoch.

    A checkpoint that was saved in the middle of an epoch knows how many
    iterations were done. The sampler draws the same order again, so the rest
    of the epoch is what an unbroken run would have seen. Where it would not,
    with other batches, :class:`ResumeHook` sets the iterations back.
    """

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
