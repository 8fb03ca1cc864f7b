"""Store what a resumed run must know, and check what it resumes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import Tensor

from cra_plugin.engine.batch_layout import BatchLayout
from cra_plugin.engine.checkpoint_content import FIX, check_content
from cra_plugin.engine.config_difference import (
    config_differences,
    in_words,
    stored_config,
)
from cra_plugin.engine.hooks.random_states import check_random_states
from cra_plugin.engine.model_fit import check_model, unwrapped
from cra_plugin.engine.resumed_epoch import RANDOM_STATES, continue_epoch
from cra_plugin.engine.training_state import (
    add_schedules,
    check_optimizer,
    check_schedules,
)
from cra_plugin.errors import InputError
from cra_plugin.pretrained.checkpoint_weights import checkpoint_weights
from cra_plugin.registry import HOOKS
from cra_plugin.utils.error_text import named_line

COMPARED = ('model', 'optim_wrapper', 'param_scheduler')
OPTIMIZER = 'optim_wrapper.optimizer.type'
# Those a resumed run takes from the checkpoint, whatever its config says.
CONTINUED = ('optim_wrapper.optimizer.', 'optim_wrapper.paramwise_cfg.',
             'param_scheduler.')


@HOOKS.register_module()
class ResumeHook(Hook):
    """Refuse to resume from a checkpoint that a run cannot go on from.

    - The number of batches of an epoch, their size and the number of
      processes are stored in ``meta``. Where they are others in the resumed
      run, an epoch that was begun starts anew, with a warning.
    - A checkpoint of another model or optimizer is refused, with the fields
      of the config that differ; a field that the checkpoint overrules is
      told.
    - All that mmengine takes from a checkpoint is tried before.
    - Of ``load_from`` at least one weight must fit.
    """

    priority = 'HIGH'

    def before_save_checkpoint(self, runner: Runner,
                               checkpoint: dict[str, Any]) -> None:
        """Store how the run cuts its epochs into batches.

        Args:
            runner (Runner): The runner of the training.
            checkpoint (dict): What will be saved.
        """
        BatchLayout.of(runner).store(checkpoint['meta'])

    def after_load_checkpoint(self, runner: Runner,
                              checkpoint: dict[str, Any]) -> None:
        """Check what was read, before anything is taken from it.

        Args:
            runner (Runner): The runner of the training.
            checkpoint (dict): What was read; iterations and schedules are
                changed where this run has other batches.

        Raises:
            InputError: If the run cannot go on from it.
        """
        where = str(runner._load_from or 'the checkpoint')
        if not runner._resume:
            _check_any_fits(runner, checkpoint_weights(checkpoint, where),
                            where)
            return
        check_content(checkpoint, where)
        differences = config_differences(stored_config(checkpoint),
                                         runner.cfg, COMPARED)
        check_model(
            checkpoint, where, runner.model, differences,
            'set the fields as they were in the training; to fine-tune, '
            f'leave --resume out and pass --cfg-options load_from={where}')
        _check_training(runner, checkpoint, where, differences)
        _warn_of_missing(runner, checkpoint, where)
        _warn_of_differing(runner, checkpoint, where, differences)


def _check_any_fits(runner: Runner, weights: Mapping[str, Tensor],
                    where: str) -> None:
    """Refuse a checkpoint to start from that has no weight of the model."""
    expected = unwrapped(runner.model).state_dict()
    found = {name.removeprefix('module.'): value
             for name, value in weights.items()}
    if not any(name in expected and expected[name].shape == value.shape
               for name, value in found.items()):
        raise InputError(where, 'no weight that fits the model',
                         'a checkpoint to start from',
                         'set load_from to another one, or to None')


def _check_training(runner: Runner, checkpoint: dict[str, Any], where: str,
                    differences: Mapping[str, str]) -> None:
    """Try optimizer, schedules and random states, and place the epoch."""
    if OPTIMIZER in differences:
        raise InputError(
            where, f'the state of another kind of optimizer ({OPTIMIZER}: '
            f'{differences[OPTIMIZER]})', 'that of the one configured',
            f'set {OPTIMIZER} as it was, or take the weights alone by '
            f'load_from={where} without --resume')
    meta, states = checkpoint['meta'], checkpoint.get('param_schedulers')
    tries_schedules = states is not None and _are_built(
        runner.param_schedulers)
    part = 'optimizer'
    try:
        if 'optimizer' in checkpoint and isinstance(runner.optim_wrapper,
                                                    OptimWrapper):
            check_optimizer(runner.optim_wrapper, checkpoint[part],
                            meta['iter'] > 0)
        part = 'param_schedulers'
        if tries_schedules:
            check_schedules(runner.param_schedulers, states)
        part = RANDOM_STATES
        for each in checkpoint.get(RANDOM_STATES, []):
            check_random_states(each)
    # Whatever the code raises that meets parts of another kind.
    except Exception as error:
        reason = named_line(error)
        raise InputError(
            f'{where}: {part}', f'what this run cannot go on with ({reason})',
            f'the {part} of such a run', FIX) from error
    continue_epoch(runner, checkpoint, where)
    if tries_schedules:
        add_schedules(runner.param_schedulers, states, meta['epoch'],
                      meta['iter'])


def _warn_of_missing(runner: Runner, checkpoint: dict[str, Any],
                     where: str) -> None:
    """Say that moments and schedules begin anew in a run that does not."""
    missing = [part for part in ('optimizer', 'param_schedulers')
               if part not in checkpoint]
    if missing and checkpoint['meta']['epoch']:
        runner.logger.warning(
            f'{where} holds no {" and no ".join(missing)}, as the best '
            'checkpoints: they begin anew')


def _are_built(schedules: Any) -> bool:
    """Whether schedules are objects, and not what a config says."""
    lists = schedules.values() if isinstance(schedules, dict) else [schedules]
    return all(isinstance(each, list) and all(
        hasattr(schedule, 'load_state_dict') for schedule in each)
               for each in lists)


def _warn_of_differing(runner: Runner, checkpoint: dict[str, Any], where: str,
                       differences: Mapping[str, str]) -> None:
    """Say which fields of the config count no more, or are of old."""
    model = {name: what for name, what in differences.items()
             if name.startswith('model')}
    if model:
        runner.logger.warning(
            f'{where}: the model was configured otherwise: {in_words(model)}')
    continued = {name: what for name, what in differences.items()
                 if name.startswith(CONTINUED)}
    if continued and 'optimizer' in checkpoint:
        runner.logger.warning(
            f'{where}: optimizer and schedules go on as they were: '
            f'{in_words(continued)}')
