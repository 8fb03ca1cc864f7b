"""Explain faults from outside of the program in one line."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from multiprocessing import ProcessError
from traceback import walk_tb

WORKER_KILLED = (
    'a process that reads data was killed, as happens where memory, or '
    'shared memory, runs out: set a smaller train_dataloader.num_workers or '
    'batch_size, then continue with --resume')
PEER_LOST = (
    'another process of this run ended, or does not answer: see its own '
    'error, then continue with --resume')
MEMORY_OUT = (
    'memory ran out: set a smaller train_dataloader.batch_size (or '
    'val_dataloader.batch_size), then continue with --resume')
# What torch says of it, and what a user should know and do.
FAULTS = {
    r'DataLoader worker .*(killed by signal|exited unexpectedly)'
    r'|Pin memory thread exited unexpectedly': WORKER_KILLED,
    r'Too many open files':
    'too many files are open: raise the limit (ulimit -n), or set a smaller '
    'train_dataloader.num_workers, then continue with --resume',
    r'EADDRINUSE|(?i:address already in use)':
    'the port at which the processes of a run meet is in use: set '
    'MASTER_PORT (PORT for tools/dist_train.sh and dist_test.sh) to another',
    r'(?i)connection (closed|reset) by peer|connection refused|broken pipe'
    r'|gloo.*(timed out|time ?out)|nccl.*(timed out|timeout|abort|error)'
    r'|watchdog.*timeout|wait timeout|socket timeout': PEER_LOST,
    r'(?i)CUDA out of memory|CUDA error: out of memory|not enough memory'
    r'|DefaultCPUAllocator': MEMORY_OUT,
}
# Where torch takes what a data worker hands over.
BOUNDARY = {('torch.utils.data.dataloader', '_try_get_data'),
            ('torch.utils.data._utils.pin_memory', 'do_one_step')}
# What may come there from a worker that died a moment ago: its sockets close
# before the system reports its end, which torch's own words wait for.
BROKEN = (OSError, EOFError, RuntimeError, ProcessError,
          pickle.UnpicklingError)


def explain_fault(error: BaseException) -> str | None:
    """Explain an error that has no cause in the program.

    Args:
        error (BaseException): What was raised. Errors that it was raised
            from, or in the handling of, count too.

    Returns:
        str, optional: One line; None for any other error.
    """
    for each in _chain(error):
        explanation = _explain(each)
        if explanation is not None:
            reason = last_words(each)[:200] or type(each).__name__
            return f'{explanation} ({reason})'
    return None


def last_words(error: BaseException) -> str:
    """The message of an error in one line.

    A data loader hands on what a worker raised with the worker's traceback
    in front.

    Args:
        error (BaseException): What was raised.

    Returns:
        str: Its message, or what the worker's ended with.
    """
    message = str(error).strip()
    if 'Original Traceback' in message:
        last = message.splitlines()[-1]
        message = re.sub(r'^[\w.]*(Error|Exception): ', '', last)
    return ' '.join(message.split())


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)


def _explain(error: BaseException) -> str | None:
    """Explain one error of a chain."""
    if isinstance(error, MemoryError):
        return MEMORY_OUT
    at_boundary = isinstance(error, BROKEN) and _is_at_boundary(error)
    if not at_boundary and not isinstance(error, RuntimeError):
        return None
    message = ' '.join(str(error).split())
    for pattern, explanation in FAULTS.items():
        if re.search(pattern, message):
            # Who is lost there is a worker, and no other rank.
            lost = at_boundary and explanation is PEER_LOST
            return WORKER_KILLED if lost else explanation
    return WORKER_KILLED if at_boundary else None


def _is_at_boundary(error: BaseException) -> bool:
    """Whether it was raised where data of a worker are taken."""
    return any(
        (frame.f_globals.get('__name__'), frame.f_code.co_name) in BOUNDARY
        for frame, _ in walk_tb(error.__traceback__))
