"""What each launcher tells the processes that it starts."""

from __future__ import annotations

import os

# torch's name of a variable, and the launcher's own.
VARIABLES = {
    'pytorch': {name: name for name in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK')},
    'slurm': {'RANK': 'SLURM_PROCID', 'WORLD_SIZE': 'SLURM_NTASKS',
              'LOCAL_RANK': 'SLURM_LOCALID'},
    'mpi': {'RANK': 'OMPI_COMM_WORLD_RANK',
            'WORLD_SIZE': 'OMPI_COMM_WORLD_SIZE',
            'LOCAL_RANK': 'OMPI_COMM_WORLD_LOCAL_RANK'}}


def is_first_process(launcher: str) -> bool:
    """Whether this process is the one of a run that prints.

    Args:
        launcher (str): ``'none'`` or a key of ``VARIABLES``.

    Returns:
        bool: Whether its rank is 0; also where the launcher does not tell.
    """
    names = VARIABLES.get(launcher)
    return names is None or os.environ.get(names['RANK'], '0') == '0'
