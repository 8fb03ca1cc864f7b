"""The store through which the processes of a launcher reach each other."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from cra_plugin.engine.launching import export_variables
from cra_plugin.errors import InputError


def open_store(launcher: str,
               seconds: float = 600) -> tuple[Any, int, int]:
    """Meet the other processes, without a process group.

    Args:
        launcher (str): ``'pytorch'``, ``'slurm'`` or ``'mpi'``.
        seconds (float): How long to wait for them. Defaults to 600.

    Returns:
        tuple[Store, int, int]: The store of torch, the rank of this
        process, and how many there are.

    Raises:
        InputError: If the process was not started by that launcher, the
            port is in use, or others do not come.
    """
    # torch's own stubs hide them.
    from torch.distributed import (  # type: ignore[attr-defined]
        PrefixStore,
        rendezvous,
    )
    export_variables(launcher)
    try:
        store, rank, world_size = next(rendezvous(
            'env://', timeout=timedelta(seconds=seconds)))
    except (RuntimeError, ValueError) as error:
        raise InputError(
            f'process {os.environ["RANK"]} of the run', 'no way to the '
            f'others at {os.environ["MASTER_ADDR"]}:'
            f'{os.environ["MASTER_PORT"]} '
            f'({" ".join(str(error).split())[:120]})',
            f'{os.environ["WORLD_SIZE"]} processes, started together',
            'set MASTER_ADDR to the host of process 0, and start all of them'
            ) from None
    # torchrun may start all of them again, with the same store.
    attempt = os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')
    return PrefixStore(f'cra_plugin.{attempt}', store), rank, world_size
