"""Find where in its epoch a resumed run goes on."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmengine.runner import EpochBasedTrainLoop, Runner

from cra_plugin.engine.batch_layout import BatchLayout
from cra_plugin.engine.loops import ResumableEpochLoop
from cra_plugin.errors import InputError

# Entry of checkpoints that were saved in the middle of an epoch.
RANDOM_STATES = 'random_states'
# What changes in the state of a schedule of mmengine, or is the optimizer's.
_MOVING = ('_global_step', 'last_step', '_last_value', 'base_values')


def continue_epoch(runner: Runner, checkpoint: dict[str, Any],
                   where: str | Path) -> None:
    """Let a run with other batches begin its epoch anew, with a warning.

    Iterations are counted as if all epochs had had the batches of this run,
    and schedules that count them are drawn out or shortened with them.

    Args:
        runner (Runner): The runner of the training.
        checkpoint (dict[str, Any]): What was read, changed in place.
        where (str | Path): The file, for messages.

    Raises:
        InputError: If epoch and iteration contradict each other.
    """
    loop = runner.train_loop
    if not isinstance(loop, EpochBasedTrainLoop):
        return
    meta, here = checkpoint['meta'], BatchLayout.of(runner)
    there = BatchLayout.read(meta)
    before = there or _guess(checkpoint, here)
    done = meta['iter'] - meta['epoch'] * before.batches_per_epoch
    fits = 0 <= done <= before.batches_per_epoch
    if there and not fits:
        raise InputError(
            f'{where}: meta', f'epoch {meta["epoch"]} and iter '
            f'{meta["iter"]} with {before.batches_per_epoch} batches per '
            'epoch', 'an iteration of that epoch',
            'use another checkpoint of the run')
    reason = _reason(runner, meta, before, fits, done)
    finished = done == before.batches_per_epoch
    begun = not fits or (done > 0 and not finished)
    if not reason and (isinstance(loop, ResumableEpochLoop) or not begun):
        return
    meta['iter'] = (meta['epoch'] + finished) * here.batches_per_epoch
    if before.batches_per_epoch != here.batches_per_epoch:
        _stretch(runner, checkpoint,
                 here.batches_per_epoch / before.batches_per_epoch)
    if begun:
        checkpoint.pop(RANDOM_STATES, None)
        reason = reason or 'the loop is no ResumableEpochLoop'
    runner.logger.warning(
        f'{where}: {reason}: ' +
        (f'epoch {meta["epoch"] + 1}, which was begun, starts anew'
         if begun else 'the weights will not be those of a run without a '
         'break'))


def _guess(checkpoint: dict[str, Any], here: BatchLayout) -> BatchLayout:
    """Find the batches of an epoch that a checkpoint does not tell."""
    epoch, iteration = (checkpoint['meta'][key] for key in ('epoch', 'iter'))
    if RANDOM_STATES in checkpoint or not epoch or not iteration \
            or iteration % epoch:
        return here
    return replace(here, batches_per_epoch=iteration // epoch)


def _reason(runner: Runner, meta: dict[str, Any], before: BatchLayout,
            fits: bool, done: int) -> str:
    """Say why the epoch would not go on as it began; '' if it would."""
    if not fits:
        return (f'iteration {meta["iter"]} is none of epoch '
                f'{meta["epoch"] + 1} with {before.batches_per_epoch} batches')
    sampler = getattr(runner.train_dataloader, 'sampler', None)
    order, seed = getattr(sampler, 'seed', None), meta.get('seed')
    if done and None not in (order, seed) and order != seed:
        return f'seed was {seed} and is {order}'
    return before.difference(BatchLayout.of(runner))


def _stretch(runner: Runner, checkpoint: dict[str, Any],
             factor: float) -> None:
    """Take the bounds of schedules that were counted in batches anew."""
    stored = checkpoint.get('param_schedulers')
    schedules = runner.param_schedulers
    if not isinstance(stored, list) or not isinstance(schedules, list):
        return
    for state, schedule in zip(stored, schedules):
        fixed = {key: value for key, value in schedule.state_dict().items()
                 if key not in _MOVING}
        # Those that a config counts in iterations have kept their bounds.
        if schedule.by_epoch or all(
                state.get(key) == value for key, value in fixed.items()):
            continue
        step = math.floor(state['_global_step'] * factor + .5)
        state.update(fixed | counters(schedule, step))


def counters(schedule: Any, step: int) -> dict[str, int]:
    """The counters of a schedule of mmengine after so many steps.

    Args:
        schedule (Any): The schedule.
        step (int): Epochs or iterations that are done.

    Returns:
        dict[str, int]: Part of its state dict.
    """
    last = min(step, schedule.end - 1) - schedule.begin
    return {'_global_step': step, 'last_step': max(-1, last)}
