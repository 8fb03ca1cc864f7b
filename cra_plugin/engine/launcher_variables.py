"""What each launcher tells the processes that it starts."""

from __future__ import annotations

import os

from cra_plugin.errors import InputError

# torch's name of a variable, and the launcher's own.
VARIABLES = {
    'pytorch': {name: name for name in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK')},
    'slurm': {'RANK': 'SLURM_PROCID', 'WORLD_SIZE': 'SLURM_NTASKS',
              'LOCAL_RANK': 'SLURM_LOCALID'},
    'mpi': {'RANK': 'OMPI_COMM_WORLD_RANK',
            'WORLD_SIZE': 'OMPI_COMM_WORLD_SIZE',
            'LOCAL_RANK': 'OMPI_COMM_WORLD_LOCAL_RANK'}}
STARTED_BY = {
    'pytorch': 'bash tools/dist_train.sh, dist_test.sh or torchrun',
    'slurm': 'bash tools/slurm_train.sh, slurm_test.sh or srun',
    'mpi': 'mpirun'}
# The number of processes on this machine, which Slurm binds to their own CPUs.
_LOCAL_SIZES = {'pytorch': 'LOCAL_WORLD_SIZE',
                'mpi': 'OMPI_COMM_WORLD_LOCAL_SIZE'}


def export_ranks(launcher: str) -> None:
    """Set the variables of torch from those of a launcher.

    Args:
        launcher (str): A key of ``VARIABLES``.

    Raises:
        InputError: If the process was not started by it.
    """
    for name, source in VARIABLES[launcher].items():
        if source not in os.environ:
            raise InputError(
                f'--launcher {launcher}', f'no environment variable {source}',
                'a process that was started by that launcher',
                f'start it by {STARTED_BY[launcher]}')
        os.environ[name] = os.environ[source]


def find_launcher() -> str:
    """Find out what started this process as one of several.

    The batch script of a Slurm job has the variables of its tasks but for
    those of a step, and is none of them.

    Returns:
        str: A key of ``VARIABLES``, or ``'none'`` where it is alone.
    """
    sizes = {'pytorch': 'WORLD_SIZE', 'mpi': 'OMPI_COMM_WORLD_SIZE',
             'slurm': 'SLURM_STEP_NUM_TASKS'}
    for launcher, size in sizes.items():
        if (os.environ.get(size, '1') != '1'
                and all(name in os.environ
                        for name in VARIABLES[launcher].values())):
            return launcher
    return 'none'


def num_local_processes(launcher: str) -> int:
    """Tell how many processes of a run share the processors of a machine.

    Args:
        launcher (str): ``'none'`` or a key of ``VARIABLES``.

    Returns:
        int: 1 where each has processors of its own, or nobody tells.
    """
    number = os.environ.get(_LOCAL_SIZES.get(launcher, ''), '1')
    return int(number) if number.isdecimal() and int(number) else 1


def is_first_process(launcher: str) -> bool:
    """Whether this process is the one of a run that prints.

    Args:
        launcher (str): ``'none'`` or a key of ``VARIABLES``.

    Returns:
        bool: Whether its rank is 0; also where the launcher does not tell.
    """
    names = VARIABLES.get(launcher)
    return names is None or os.environ.get(names['RANK'], '0') == '0'
