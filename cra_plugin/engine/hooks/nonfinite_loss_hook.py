"""Stop at, or skip, a batch whose loss is not finite."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import Tensor

from cra_plugin.errors import InputError, check_choice
from cra_plugin.registry import HOOKS

ACTIONS = ('stop', 'skip')


@HOOKS.register_module()
class NonfiniteLossHook(Hook):
    """Keep NaN and infinity out of the weights, and name the samples.

    The loss is looked at before its gradients are computed. All processes of
    a distributed run do the same when one of them meets such a loss.

    Args:
        action (str): ``'stop'`` ends the training with an error, ``'skip'``
            leaves the batch out and warns. Defaults to 'stop'.
        max_skips (int): So many batches in a row are skipped, the next one
            stops. Defaults to 10.
    """

    def __init__(self, action: str = 'stop', max_skips: int = 10) -> None:
        check_choice('NonfiniteLossHook.action', action, ACTIONS)
        self.action = action
        self.max_skips = max_skips
        self._keys: list[str] = []
        self._skips = 0

    def before_train(self, runner: Runner) -> None:
        """Stand between the model and its optimizer.

        Args:
            runner (Runner): The runner of the training.
        """
        wrapper = runner.optim_wrapper
        update = wrapper.update_params

        def update_finite(loss: Tensor, *args: Any, **kwargs: Any) -> None:
            if self._is_finite(loss):
                self._skips = 0
                update(loss, *args, **kwargs)
            else:
                self._refuse(runner, loss)
                _count_batch(wrapper)

        wrapper.update_params = update_finite

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: Any = None) -> None:
        """Remember whose loss comes next.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Index of the batch in its epoch.
            data_batch (dict, optional): The batch. Defaults to None.
        """
        samples = (data_batch or {}).get('data_samples', ())
        self._keys = [str(sample.get('key')) for sample in samples]

    def _is_finite(self, loss: Tensor) -> bool:
        """Whether the losses of all processes are finite."""
        bad = (~torch.isfinite(loss.detach()).all()).int()
        all_reduce(bad, 'max')
        return not bad.item()

    def _refuse(self, runner: Runner, loss: Tensor) -> None:
        """Stop or warn, and name the samples."""
        where = f'the loss of iteration {runner.iter + 1}'
        found = f'{loss.item():g} for {", ".join(self._keys)}'
        self._skips += 1
        if self.action == 'skip' and self._skips <= self.max_skips:
            runner.logger.warning(f'{where}: {found}; the batch is skipped.')
            return
        raise InputError(
            where, found, 'a finite number in every process', 'look at these '
            'samples and their features, lower the learning rate, or let '
            "NonfiniteLossHook(action='skip') leave such batches out")


def _count_batch(wrapper: OptimWrapper) -> None:
    """Count a batch without gradients, and step where one is due."""
    wrapper._inner_count += 1
    if wrapper.should_update():
        # A loss scaler refuses to step where nothing was scaled.
        if any(parameter.grad is not None for group in wrapper.param_groups
               for parameter in group['params']):
            wrapper.step()
        wrapper.zero_grad()
