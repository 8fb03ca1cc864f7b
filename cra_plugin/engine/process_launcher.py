"""Start the processes of a run on this machine, and end as they end."""

from __future__ import annotations

import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence

from cra_plugin.engine.meeting_port import check_port
from cra_plugin.errors import InputError

KINDS = ('cpu', 'gpu', 'xpu', 'auto')
SIGNALS = ('SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT')


def launch_processes(arguments: Sequence[str]) -> None:
    """Run a script in several processes, as ``torchrun`` does.

    Beyond that it says nothing of processes that have said why they end,
    ends with their status instead of 1, and leaves an ignored SIGHUP, as of
    ``nohup``, ignored.

    Args:
        arguments (Sequence[str]): The command line of ``torchrun``.

    Raises:
        InputError: If the number of processes is none, the port at which
            they meet is in use, or one of them was killed.
        SystemExit: If they fail or are told to stop, with their status.
    """
    os.environ.setdefault('OMP_NUM_THREADS', '1')
    from torch.distributed import run
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import (
        ChildFailedError,
    )
    for argument in arguments:
        # argparse would answer by a page.
        if argument.startswith('--master-port='):
            check_port(argument.partition('=')[2], listen=False)
    settings = run.parse_args(arguments)
    _check(settings)
    # Signals and statuses, which the processes and this one's status tell.
    logging.disable(logging.ERROR)
    try:
        run.run(settings)
    except ChildFailedError as error:
        _end_as({rank: failure.exitcode
                 for rank, failure in error.failures.items()})
    except SignalException as error:
        sys.exit(128 + error.sigval)


def _check(settings: Namespace) -> None:
    """Refuse what torchrun would answer by a traceback."""
    number = str(settings.nproc_per_node)
    if number not in KINDS and not (number.isdecimal() and int(number)):
        raise InputError('number of processes', repr(number), 'one or more',
                         'give GPUS as a number')
    if settings.rdzv_backend == 'static' and settings.master_port is not None:
        check_port(str(settings.master_port), listen=settings.node_rank == 0)
    if hasattr(settings, 'signals_to_handle'):
        settings.signals_to_handle = ','.join(
            name for name in SIGNALS
            if signal.getsignal(getattr(signal, name)) != signal.SIG_IGN)


def _end_as(statuses: dict[int, int]) -> None:
    """End with the status of the processes, or name one that was killed.

    Args:
        statuses (dict[int, int]): Rank to exit status, or minus the signal.
    """
    told = {-signal.SIGTERM, 0}  # by the launcher, when another one failed
    for rank, status in statuses.items():
        if status < 0 and status not in told:
            raise InputError(
                f'process {rank} of the run', 'killed by '
                f'{signal.Signals(-status).name}', 'processes that end by '
                'themselves', 'continue with --resume, an extraction by the '
                'same command; where memory ran out set a smaller '
                'batch_size or num_workers')
    failed = [status for status in statuses.values() if status not in told]
    sys.exit(failed[0] if failed else 128 + signal.SIGTERM)
