"""Estimate the size of a run's checkpoints, and check that they fit."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from mmengine.dist import master_only
from mmengine.runner import Runner

from cra_plugin.errors import InputError

# Moments of the size of the weights that an optimizer keeps.
MOMENTS = {'SGD': 1, 'Adam': 2, 'AdamW': 2, 'Adagrad': 1, 'RMSprop': 2}
# Beyond the tensors: the config, logged scalars, what the archive adds.
OVERHEAD_BYTES = 2**20


def checkpoint_bytes(runner: Runner) -> tuple[int, int]:
    """Estimate the sizes of the two kinds of checkpoints.

    Args:
        runner (Runner): The runner of the training.

    Returns:
        tuple[int, int]: Bytes of the weights alone, as in the best
        checkpoint, and with the optimizer, as in the others.
    """
    state = runner.model.state_dict().values()
    weights = sum(each.numel() * each.element_size() for each in state)
    trained = sum(parameter.numel() * parameter.element_size()
                  for parameter in runner.model.parameters()
                  if parameter.requires_grad)
    optimizer: Any = (runner.cfg.get('optim_wrapper') or {}).get('optimizer')
    optimizer = optimizer or {}
    moments = (MOMENTS.get(optimizer.get('type'), 2) +
               bool(optimizer.get('amsgrad')))
    weights += OVERHEAD_BYTES
    return weights, weights + moments * trained


def needed_bytes(runner: Runner) -> int:
    """Estimate the most that the checkpoints of a run occupy at once.

    Args:
        runner (Runner): The runner of the training.

    Returns:
        int: Bytes of the checkpoints that are kept, of one more, which is
        written before an old one goes, and of the best one and its
        successor.
    """
    weights, whole = checkpoint_bytes(runner)
    hook = (runner.cfg.get('default_hooks') or {}).get('checkpoint') or {}
    epochs = (runner.cfg.get('train_cfg') or {}).get('max_epochs', 1)
    saved = max(1, epochs // max(1, hook.get('interval', 1)))
    kept = hook.get('max_keep_ckpts', -1)
    number = saved if kept < 0 else min(saved, kept + 1)
    size: int = number * whole + (2 * weights if hook.get('save_best') else 0)
    return size


@master_only
def check_disk_space(runner: Runner) -> None:
    """Refuse to start where the checkpoints would not fit.

    Args:
        runner (Runner): The runner of the training.

    Raises:
        InputError: If the disk has not enough room, what this run has
            written there before included.
    """
    folder = Path(runner.work_dir)
    needed = needed_bytes(runner)
    old = sum(path.stat().st_size for path in folder.glob('*.pth'))
    free = shutil.disk_usage(folder).free
    if free + old < needed:
        raise InputError(
            folder, f'{free / 2**20:,.0f} MiB of free disk space',
            f'{needed / 2**20:,.0f} MiB for the checkpoints that are kept',
            'make room, set another --work-dir, or keep fewer: '
            '--cfg-options default_hooks.checkpoint.max_keep_ckpts=1')
