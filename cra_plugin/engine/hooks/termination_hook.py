"""Save and stop when the process is told to."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import torch
from mmengine.dist import (
    all_gather_object,
    all_reduce,
    get_rank,
    get_world_size,
    is_main_process,
    master_only,
)
from mmengine.hooks import Hook
from mmengine.runner import Runner

from cra_plugin.engine.atomic_backend import ATOMIC
from cra_plugin.engine.hooks.random_states import (
    random_states,
    set_random_states,
)
from cra_plugin.engine.hooks.step_exchange import StepExchange, step_exchange
from cra_plugin.engine.resumed_epoch import RANDOM_STATES
from cra_plugin.engine.run_notes import LAST_CHECKPOINT, write_note
from cra_plugin.engine.worker_signals import shield_workers
from cra_plugin.registry import HOOKS

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Terminated(SystemExit):
    """Training was told to stop, and has saved; status 128 + the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)


@HOOKS.register_module()
class TerminationHook(Hook):
    """When told to stop, finish the iteration, save a checkpoint and exit.

    SIGTERM, SIGINT (Ctrl-C) and SIGHUP (a terminal that closes) tell it; one
    that is ignored, as by ``nohup``, does not. The checkpoint
    ``interrupted_epoch_{E}_iter_{I}.pth`` holds the random states of all
    processes too, so that a run of ``ResumableEpochLoop`` continues to the
    same weights as an unbroken one. The exit status is 143, 130 or 129, as
    of any process that ends on them. A second signal ends the process at
    once. With several processes, all of them stop when one is told to; they
    do so in training, and when a validation is over.
    """

    priority = 'LOWEST'

    def __init__(self) -> None:
        self._exchange = StepExchange()
        self._before: dict[int, Any] = {}
        self._in_training = False
        self._resumed_states: list[dict[str, Any]] = []
        self._final_states: list[dict[str, Any]] = []

    def before_run(self, runner: Runner) -> None:
        """Keep signals from the data workers.

        Args:
            runner (Runner): The runner.
        """
        shield_workers(runner)

    def after_run(self, runner: Runner) -> None:
        """Listen no longer.

        Args:
            runner (Runner): The runner of the training.
        """
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()

    def before_train(self, runner: Runner) -> None:
        """Listen, and know validations in training from others.

        Args:
            runner (Runner): The runner of the training.
        """
        self._in_training = True
        self._exchange = step_exchange(runner)
        # Python hands signals to the main thread alone.
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) != signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)

    def after_load_checkpoint(self, runner: Runner,
                              checkpoint: dict[str, Any]) -> None:
        """Remember the random states of a run that is resumed.

        Args:
            runner (Runner): The runner of the training.
            checkpoint (dict): What was read.
        """
        states = checkpoint.get(RANDOM_STATES, []) if runner._resume else []
        if states and len(states) != get_world_size():
            runner.logger.warning(
                f'The checkpoint was saved by {len(states)} processes, here '
                f'are {get_world_size()}: random states are not continued.')
            states = []
        self._resumed_states = states

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: Any = None) -> None:
        """Continue the random states, once the data loader has started.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Index of the batch in its epoch.
            data_batch (Any): Not used. Defaults to None.
        """
        # The first batch of an epoch is seeded by the epoch.
        if self._resumed_states and batch_idx > 0:
            set_random_states(self._resumed_states[get_rank()])
        self._resumed_states = []

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Any = None) -> None:
        """Stop here if told to, unless gradients are being accumulated.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Index of the batch in its epoch.
            data_batch (Any): Not used. Defaults to None.
            outputs (Any): Not used. Defaults to None.
        """
        self._exchange.share(runner.iter, outputs)
        told = self._exchange.told_anywhere
        # Built by now; the types of mmengine leave the config open.
        wrapper: Any = runner.optim_wrapper
        if told and wrapper.should_update():
            self._stop(runner, runner.iter + 1, told)

    def after_val_iter(self,
                       runner: Runner,
                       batch_idx: int,
                       data_batch: Any = None,
                       outputs: Any = None) -> None:
        """Stop here if told to, and if nothing is to be saved.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Index of the batch.
            data_batch (Any): Not used. Defaults to None.
            outputs (Any): Not used. Defaults to None.
        """
        # Several processes may have different numbers of batches, and
        # averaged weights may be in the model's place.
        told = self._exchange.told
        if told and get_world_size() == 1 and _is_saved(runner):
            self._stop(runner, runner.iter, told)

    def after_val(self, runner: Runner) -> None:
        """Stop here if told to.

        Args:
            runner (Runner): The runner of the training.
        """
        if self._in_training:
            told = torch.tensor(self._exchange.told)
            all_reduce(told, 'max')
            if told:
                self._stop(runner, runner.iter, int(told))

    def before_save_checkpoint(self, runner: Runner,
                               checkpoint: dict[str, Any]) -> None:
        """Add the random states to the last checkpoint.

        Args:
            runner (Runner): The runner of the training.
            checkpoint (dict): What will be saved.
        """
        if self._final_states:
            checkpoint[RANDOM_STATES] = self._final_states

    def _note(self, number: int, frame: FrameType | None) -> None:
        """Remember the signal, and let the next one end the process."""
        self._exchange.told = number
        for each in self._before:
            signal.signal(each, signal.SIG_DFL)
        if is_main_process():
            # Not by logging, which may be what was interrupted.
            with suppress(OSError):
                os.write(2, b'stopping after this iteration; once more ends '
                         b'the run at once, without saving\n')

    def _stop(self, runner: Runner, iteration: int, told: int) -> NoReturn:
        """Save, unless that is done, and exit."""
        if not _is_saved(runner) or iteration > runner.iter:
            self._final_states = all_gather_object(random_states())
            name = f'interrupted_epoch_{runner.epoch}_iter_{iteration}.pth'
            runner.save_checkpoint(
                runner.work_dir, name, backend_args={'backend': ATOMIC},
                meta={'epoch': runner.epoch, 'iter': iteration})
            _name_last_checkpoint(Path(runner.work_dir), name)
            runner.logger.warning(f'Saved {name}.')
        runner.logger.warning('Told to stop; continue with --resume.')
        raise Terminated(told)


def stop_listening(runner: Runner) -> None:
    """Give signals back after a training that an error ended.

    Args:
        runner (Runner): The runner of the training.
    """
    for hook in runner.hooks:
        if isinstance(hook, TerminationHook):
            hook.after_run(runner)


def _is_saved(runner: Runner) -> bool:
    """Whether the last checkpoint is the one of the epoch just ended."""
    last = runner.message_hub.runtime_info.get('last_ckpt', '')
    return Path(last).name == f'epoch_{runner.epoch}.pth'


@master_only
def _name_last_checkpoint(folder: Path, name: str) -> None:
    """Note where ``--resume`` continues."""
    write_note(folder / LAST_CHECKPOINT, str(folder / name))
