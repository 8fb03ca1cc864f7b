"""Join the processes that a launcher started."""

from __future__ import annotations

import os
import subprocess

import torch
from mmengine.config import Config

from cra_plugin.compat import cpu
from cra_plugin.engine.launcher_variables import export_ranks
from cra_plugin.engine.meeting_port import check_port
from cra_plugin.errors import InputError


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
    export_variables(launcher)
    if not torch.cuda.is_available():
        cpu.initialize_gloo(config)
    elif int(os.environ['LOCAL_RANK']) >= torch.cuda.device_count():
        raise InputError(
            f'process {os.environ["LOCAL_RANK"]} on this machine',
            f'{torch.cuda.device_count()} GPUs', 'a GPU for each process',
            'start fewer processes')


def export_variables(launcher: str) -> None:
    """Set the variables that torch and mmengine read.

    Args:
        launcher (str): ``'pytorch'``, ``'slurm'`` or ``'mpi'``.

    Raises:
        InputError: If the process was not started by that launcher, or the
            port is in use.
    """
    export_ranks(launcher)
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
