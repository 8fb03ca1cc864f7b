"""Join the processes that a launcher started."""

from __future__ import annotations

import os
import subprocess

import torch
from mmengine.config import Config

from cra_plugin.compat import cpu
from cra_plugin.engine.launcher_variables import VARIABLES
from cra_plugin.engine.meeting_port import check_port
from cra_plugin.errors import InputError

STARTED_BY = {
    'pytorch': 'bash tools/dist_train.sh, dist_test.sh or torchrun',
    'slurm': 'bash tools/slurm_train.sh, slurm_test.sh or srun',
    'mpi': 'mpirun'}


def join_processes(config: Config, launcher: str) -> None:
    """Tell mmengine of the launcher, and join the processes on CPUs.

    On GPUs mmengine joins them itself, by the backend of
    ``env_cfg.dist_cfg``; on CPUs gloo is the one that there is.

    Args:
        config (Config): The mmengine config, changed in place.
        launcher (str): ``'none'``, ``'pytorch'``, ``'slurm'`` or ``'mpi'``.

    Raises:
        InputError: If the process was not started by that launcher, the
            port is in use, or there are fewer GPUs than processes.
    """
    config.launcher = launcher
    if launcher == 'none':
        return
    _export(launcher)
    if not torch.cuda.is_available():
        cpu.initialize_gloo(config)
    elif int(os.environ['LOCAL_RANK']) >= torch.cuda.device_count():
        raise InputError(
            f'process {os.environ["LOCAL_RANK"]} on this machine',
            f'{torch.cuda.device_count()} GPUs', 'a GPU for each process',
            'start fewer processes')


def _export(launcher: str) -> None:
    """Set the variables that torch and mmengine read."""
    for name, source in VARIABLES[launcher].items():
        if source not in os.environ:
            raise InputError(
                f'--launcher {launcher}', f'no environment variable {source}',
                'a process that was started by that launcher',
                f'start it by {STARTED_BY[launcher]}')
        os.environ[name] = os.environ[source]
    if 'MASTER_ADDR' not in os.environ:
        os.environ['MASTER_ADDR'] = _first_host(launcher)
    os.environ.setdefault('MASTER_PORT', '29500')
    # torchrun listens there by itself, and says so.
    met = (torch.distributed.is_initialized()
           or os.environ.get('TORCHELASTIC_USE_AGENT_STORE') == 'True')
    check_port(os.environ['MASTER_PORT'],
               listen=os.environ['RANK'] == '0' and not met)


def _first_host(launcher: str) -> str:
    """The host of the first process, as Slurm knows it."""
    nodes = os.environ.get('SLURM_NODELIST')
    if launcher == 'slurm' and nodes:
        try:
            return subprocess.run(
                ['scontrol', 'show', 'hostnames', nodes], check=True,
                capture_output=True, text=True).stdout.split()[0]
        except (OSError, subprocess.CalledProcessError, IndexError):
            pass
    raise InputError(
        f'--launcher {launcher}', 'no environment variable MASTER_ADDR',
        'the host of the first process', 'export MASTER_ADDR=HOST')
