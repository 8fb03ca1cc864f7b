"""Stop at, or skip, a batch whose loss is not finite."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NoReturn

from mmengine.dist import (
    all_gather,
    all_gather_object,
    get_world_size,
)
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import Tensor

from cra_plugin.engine.hooks.step_exchange import step_exchange
from cra_plugin.errors import InputError, check_choice
from cra_plugin.registry import HOOKS

ACTIONS = ('stop', 'skip')


@HOOKS.register_module()
class NonfiniteLossHook(Hook):
    """Keep NaN and infinity out of what is saved, and name the samples.

    ``'stop'`` looks at the losses that are logged, after the step and before
    anything of it is saved, so that no step waits for the device. ``'skip'``
    has to know before the gradients are computed. All processes of a
    distributed run do the same when one of them meets such a loss.

    Args:
        action (str): ``'stop'`` ends the training with an error, ``'skip'``
            leaves the batch out and warns. Defaults to 'stop'.
        max_skips (int): So many batches in a row are skipped, the next one
            stops. Defaults to 10.
    """

    def __init__(self, action: str = 'stop', max_skips: int = 10) -> None:
        check_choice('default_hooks.nonfinite_loss.action', action, ACTIONS)
        self.action = action
        self.max_skips = max_skips
        self._keys: list[str] = []
        self._skips = 0

    def before_train(self, runner: Runner) -> None:
        """Stand between the model and its optimizer, where batches may go.

        Args:
            runner (Runner): The runner of the training.
        """
        if self.action != 'skip':
            return
        # Built by now; the types of mmengine leave the config open.
        wrapper: Any = runner.optim_wrapper
        update = wrapper.update_params

        def update_finite(loss: Tensor, *args: Any, **kwargs: Any) -> None:
            losses = [float(each) for each in all_gather(loss.detach())]
            if all(map(math.isfinite, losses)):
                self._skips = 0
                update(loss, *args, **kwargs)
            else:
                self._skip(runner, losses)
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

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Any = None) -> None:
        """Stop if the loss of any process is not finite.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Index of the batch in its epoch.
            data_batch (Any): Not used. Defaults to None.
            outputs (dict, optional): The losses. Defaults to None.

        Raises:
            InputError: If there is such a loss, on every process.
        """
        if self.action != 'stop':
            return
        exchange = step_exchange(runner)
        exchange.share(runner.iter, outputs)
        losses = [each['loss'] for each in exchange.losses] or [
            _logged_loss(runner, outputs)]
        if not all(map(math.isfinite, losses)):
            self._stop(runner, self._describe(losses))

    def _skip(self, runner: Runner, losses: Sequence[float]) -> None:
        """Warn, or stop after too many in a row."""
        found = self._describe(losses)
        self._skips += 1
        if self._skips > self.max_skips:
            self._stop(runner, found)
        runner.logger.warning(
            f'{_where(runner)}: {found}; the batch is skipped.')

    def _describe(self, losses: Sequence[float]) -> str:
        """Name the losses that are not finite, whose they are, and where."""
        keys = all_gather_object(self._keys)
        place = ' on rank {}' if get_world_size() > 1 else ''
        return '; '.join(
            f'{loss:g}{place.format(rank)} for {", ".join(keys[rank])}'
            for rank, loss in enumerate(losses) if not math.isfinite(loss))

    def _stop(self, runner: Runner, found: str) -> NoReturn:
        """End every process, by the same line."""
        raise InputError(
            _where(runner), found, 'a finite number in every process',
            'look at these samples and their features, lower the learning '
            'rate, or leave such batches out by --cfg-options '
            'default_hooks.nonfinite_loss.action=skip')


def _where(runner: Runner) -> str:
    return f'the loss of iteration {runner.iter + 1}'


def _logged_loss(runner: Runner, outputs: Any) -> float:
    """The loss of the only process; its device was waited for to log it."""
    scalars = runner.message_hub.log_scalars
    if 'train/loss' in scalars:
        return float(scalars['train/loss'].current())
    return float((outputs or {}).get('loss', 0.))


def _count_batch(wrapper: OptimWrapper) -> None:
    """Count a batch without gradients, and step where one is due."""
    wrapper._inner_count += 1
    if wrapper.should_update():
        # A loss scaler refuses to step where nothing was scaled.
        if any(parameter.grad is not None for group in wrapper.param_groups
               for parameter in group['params']):
            wrapper.step()
        wrapper.zero_grad()
