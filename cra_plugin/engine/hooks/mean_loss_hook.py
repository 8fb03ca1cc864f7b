"""Log the losses of all processes."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from cra_plugin.engine.hooks.step_exchange import step_exchange
from cra_plugin.registry import HOOKS


@HOOKS.register_module()
class MeanLossHook(Hook):
    """Average the logged losses over the processes.

    mmengine logs the losses of the main process, which sees a part of each
    batch. It comes before whatever else reads the losses, so that a curve
    is that of one process with the whole batch, and every process sees a
    loss that is not finite in any of them.
    """

    priority = 'HIGHEST'

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: dict[str, Any] | None = None) -> None:
        """Replace the losses by their mean.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Index of the batch in its epoch.
            data_batch (Any): Not used. Defaults to None.
            outputs (dict, optional): Losses by name, () each; changed in
                place. Defaults to None.
        """
        exchange = step_exchange(runner)
        exchange.share(runner.iter, outputs)
        if outputs:
            outputs.update((name, torch.tensor(mean))
                           for name, mean in exchange.means().items())
