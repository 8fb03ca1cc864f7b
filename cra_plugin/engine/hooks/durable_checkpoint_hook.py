"""Save checkpoints so that a run may be killed at any moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmengine.dist import broadcast_object_list, is_main_process
from mmengine.hooks import CheckpointHook
from mmengine.runner import EpochBasedTrainLoop, Runner

from cra_plugin.engine.atomic_backend import ATOMIC, AtomicLocalBackend
from cra_plugin.engine.run_notes import (
    LAST_CHECKPOINT,
    VALIDATED,
    clear_place,
    read_note,
    write_note,
)
from cra_plugin.errors import InputError
from cra_plugin.registry import HOOKS

# Pattern of the checkpoints of runs that were told to stop.
INTERRUPTED = 'interrupted_*.pth'
# What atomic_path leaves of a checkpoint when it is killed.
LEFTOVERS = '.*.[0-9]*.pth'


class NothingLeftError(InputError):
    """A run is continued that is over."""


@HOOKS.register_module()
class DurableCheckpointHook(CheckpointHook):
    """mmengine's ``CheckpointHook``, made safe against kills.

    - Checkpoints appear whole or not at all, and an outdated one goes only
      when its successor is there.
    - A resumed run first makes up for the validation that its checkpoint has
      not had, so that the best checkpoint is the one of an unbroken run
      (https://github.com/open-mmlab/mmengine/issues/1394).
    - The best checkpoint of another folder is left alone.
    - A resumed run that has nothing left to do says so.

    Args:
        **kwargs: Of mmengine's ``CheckpointHook``. ``backend_args`` of
            another storage than local files takes its own writes.
    """

    def __init__(self, **kwargs: Any) -> None:
        if kwargs.get('backend_args') is None:
            kwargs['backend_args'] = {'backend': ATOMIC}
        super().__init__(**kwargs)

    def before_train(self, runner: Runner) -> None:
        """Tidy up after a killed run and make up for its validation.

        Args:
            runner (Runner): The runner of the training.

        Raises:
            NothingLeftError: If a resumed run has nothing left to do.
        """
        super().before_train(runner)
        self._remove_outdated()
        self._forget_best_elsewhere()
        if is_main_process():
            for path in self._own_files(LEFTOVERS):
                path.unlink()
            for note in (LAST_CHECKPOINT, VALIDATED):
                clear_place(Path(runner.work_dir) / note)
            if runner.iter == 0:
                (Path(runner.work_dir) / VALIDATED).unlink(missing_ok=True)
        if self._is_validation_due(runner):
            runner.logger.info(f'Epoch {runner.epoch} was not validated '
                               'before the run broke off.')
            # Without it mmengine would not note the new best in the
            # checkpoint.
            self.last_ckpt = runner.message_hub.runtime_info.get('last_ckpt')
            runner.val_loop.run()
        elif runner._resume:
            _check_work_is_left(runner)

    def after_val_epoch(self,
                        runner: Runner,
                        metrics: dict[str, float] | None = None) -> None:
        """Save the best checkpoint and note that the epoch is validated.

        A validation without a training leaves nothing behind.

        Args:
            runner (Runner): The runner of the training.
            metrics (dict, optional): What was measured. Defaults to None.
        """
        if not hasattr(self, 'file_backend'):
            # ``Runner.val`` alone; mmengine fails for want of a folder.
            return
        super().after_val_epoch(runner, metrics)
        self._remove_outdated()
        if is_main_process():
            write_note(Path(runner.work_dir) / VALIDATED, str(runner.epoch))

    def _save_checkpoint_with_step(self, runner: Runner, step: int,
                                   meta: dict[str, Any]) -> None:
        super()._save_checkpoint_with_step(runner, step, meta)
        self._remove_outdated()
        if is_main_process():
            for path in (*self._own_files(INTERRUPTED),
                         *Path(runner.work_dir).glob(INTERRUPTED)):
                path.unlink(missing_ok=True)

    def _remove_outdated(self) -> None:
        """Remove what mmengine wanted removed, now that the new is there."""
        if isinstance(self.file_backend, AtomicLocalBackend):
            self.file_backend.remove_outdated(
                getattr(self, 'best_ckpt_path', None))

    def _own_files(self, pattern: str) -> list[Path]:
        """Find files in the folder of the checkpoints, if it is local."""
        if not isinstance(self.file_backend, AtomicLocalBackend):
            return []
        return list(Path(self.out_dir).glob(pattern))

    def _forget_best_elsewhere(self) -> None:
        """Keep a run that was resumed elsewhere from removing files there.

        In a copied work dir the copy takes the place of the best checkpoint.
        """
        best = getattr(self, 'best_ckpt_path', None)
        if best and Path(best).parent.resolve() != Path(
                self.out_dir).resolve():
            copy = Path(self.out_dir, Path(best).name)
            self.best_ckpt_path = str(copy) if copy.is_file() else None

    def _is_validation_due(self, runner: Runner) -> bool:
        """Whether the epoch of a resumed checkpoint was not validated."""
        epoch, loop = runner.epoch, runner.train_loop
        if (not self.by_epoch or runner.val_loop is None
                or runner.iter != epoch * len(loop.dataloader)
                or epoch < max(1, loop.val_begin)
                or (epoch % loop.val_interval and epoch != loop.max_epochs)):
            return False
        marker = Path(runner.work_dir) / VALIDATED
        validated = [read_note(marker) if is_main_process() else '']
        broadcast_object_list(validated)
        return validated[0] != str(epoch)


def _check_work_is_left(runner: Runner) -> None:
    """Refuse a resumed run whose training is over."""
    loop: Any = runner.train_loop
    if isinstance(loop, EpochBasedTrainLoop):
        done, most, unit = loop.epoch, loop.max_epochs, 'epochs'
    else:
        done, most, unit = loop.iter, loop.max_iters, 'iters'
    if done >= most:
        raise NothingLeftError(
            runner._load_from or runner.work_dir, 'nothing left to train: '
            f'{done} of {most} {unit} are done', 'a run that is not over',
            f'raise train_cfg.max_{unit} above {done}, or test the '
            'checkpoint with tools/test.py')
