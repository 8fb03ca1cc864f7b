"""Checkpoints loaded without running anything that they carry."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from cra_plugin.errors import InputError
from cra_plugin.utils.archive import check_archive, is_archive
from cra_plugin.utils.error_text import named_line
from cra_plugin.utils.regular_file import require_file


def load_checkpoints_safely() -> None:
    """Load mmengine's own checkpoints with ``weights_only``.

    mmengine 0.10.7 stores a HistoryBuffer in every checkpoint, which torch
    2.6 and later refuse. Upstream:
    https://github.com/open-mmlab/mmengine/issues/1655. The allow-list holds
    during the loading of a file and no longer.
    """
    from mmengine.runner.checkpoint import CheckpointLoader

    CheckpointLoader.register_scheme(
        prefixes='', loader=load_checkpoint_file, force=True)


def load_checkpoint_file(filename: str,
                         map_location: Any = None,
                         allowed: list[Any] | None = None) -> Any:
    """Load a local checkpoint, refusing any code it may carry.

    Args:
        filename (str): The file.
        map_location (Any): As for :func:`torch.load`. Defaults to None.
        allowed (list, optional): What the file may hold beyond tensors,
            numbers and containers, as for
            :func:`torch.serialization.safe_globals`. Defaults to None: what
            mmengine's checkpoints hold.

    Returns:
        Any: The checkpoint.

    Raises:
        InputError: If the file is missing, truncated or damaged, or asks
            for anything that is not on the allow-list.
    """
    import torch

    path = Path(filename).expanduser()
    require_file(path, 'a checkpoint')
    allowed = _checkpoint_globals() if allowed is None else allowed
    try:
        if is_archive(path):
            check_archive(path)
        # Of what a refused file has in it, torch warns in lines of its own.
        with (warnings.catch_warnings(),
              torch.serialization.safe_globals(allowed)):
            warnings.simplefilter('ignore')
            checkpoint = torch.load(
                path, map_location=map_location, weights_only=True)
    except torch.OutOfMemoryError:
        raise
    # Damaged bytes raise whatever the code that meets them raises.
    except Exception as error:
        reason = named_line(error)
        raise InputError(
            filename, f'a file that cannot be loaded safely ({reason})',
            'a whole checkpoint that holds tensors and numbers only',
            'use another checkpoint of the run, or convert it') from error
    _drop_config_code(checkpoint)
    return checkpoint


def _drop_config_code(checkpoint: Any) -> None:
    """Drop ``meta.config``, which mmengine 0.10.7 *runs* when it resumes.

    ``Runner.resume`` gives that text to ``Config.fromstring`` as Python. No
    checkpoint of mmengine's own has it: they say ``meta.cfg``, which nobody
    runs. No upstream issue is known.
    """
    meta = checkpoint.get('meta') if isinstance(checkpoint, dict) else None
    if isinstance(meta, dict):
        meta.pop('config', None)


def _checkpoint_globals() -> list[Any]:
    """What mmengine's checkpoints hold beyond tensors."""
    from mmengine.logging.history_buffer import HistoryBuffer

    return [
        *numpy_globals(), HistoryBuffer,
        (_history_statistic, 'builtins.getattr')
    ]


def numpy_globals() -> list[Any]:
    """What NumPy's numbers and arrays of them are made of in a checkpoint.

    Returns:
        list: For ``allowed`` of :func:`load_checkpoint_file`.
    """
    import numpy as np

    reconstruct: Any = np.empty(0).__reduce__()[0]
    scalar: Any = np.float64(0).__reduce__()[0]
    return [
        np.ndarray, np.dtype,
        type(np.dtype('float64')),
        type(np.dtype('int64')), reconstruct, scalar,
        # As NumPy before 2.0 wrote them.
        (reconstruct, 'numpy.core.multiarray._reconstruct'),
        (scalar, 'numpy.core.multiarray.scalar')
    ]


def _history_statistic(owner: object, name: str) -> Any:
    """The one use that mmengine's checkpoints make of ``getattr``."""
    from mmengine.logging.history_buffer import HistoryBuffer
    if owner is HistoryBuffer and name in ('min', 'max', 'current', 'mean'):
        return getattr(HistoryBuffer, name)
    raise ValueError(f'the checkpoint asks for {name!r} of {owner!r}')
