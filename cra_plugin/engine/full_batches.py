"""Check that there is a batch to train on."""

from __future__ import annotations

from typing import Any

from mmengine.dist import get_world_size

from cra_plugin.errors import InputError
from cra_plugin.utils.counted import counted


def require_batches(loader: Any) -> None:
    """Refuse data of which not one batch is taken.

    Args:
        loader (DataLoader): Of the training.

    Raises:
        InputError: If a batch must be full, and is not.
    """
    try:
        number = len(loader)
    except TypeError:  # it reads a stream
        return
    if not number:
        each = ' of each process' if get_world_size() > 1 else ''
        raise InputError(
            'train_dataloader',
            f'{counted(len(loader.dataset), "question")}, fewer '
            f'than a batch{each}, with drop_last=True', 'a batch at least',
            'set train_dataloader.drop_last=False or a smaller batch_size')
