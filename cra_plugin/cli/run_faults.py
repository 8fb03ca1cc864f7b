"""What went wrong outside of the program, in one line."""

from __future__ import annotations

import re

# What torch says of it, and what a user should know and do.
FAULTS = {
    r'DataLoader worker .*(killed by signal|exited unexpectedly)':
    'a process that reads data was killed, as happens where memory runs out: '
    'set a smaller train_dataloader.num_workers or batch_size, then continue '
    'with --resume',
    r'(?i)connection (closed|reset) by peer|connection refused|broken pipe'
    r'|gloo.*(timed out|time ?out)|nccl.*(timed out|timeout|abort|error)'
    r'|watchdog.*timeout|wait timeout|socket timeout':
    'another process of this run ended, or does not answer: see its own '
    'error, then continue with --resume',
    r'(?i)CUDA out of memory|CUDA error: out of memory|not enough memory'
    r'|DefaultCPUAllocator':
    'memory ran out: set a smaller train_dataloader.batch_size (or '
    'val_dataloader.batch_size), then continue with --resume',
}


def explain_fault(error: RuntimeError) -> str | None:
    """Explain an error of torch that has no cause in the program.

    Args:
        error (RuntimeError): What torch raised.

    Returns:
        str, optional: One line; None for any other error.
    """
    message = ' '.join(str(error).split())
    for pattern, explanation in FAULTS.items():
        if re.search(pattern, message):
            return f'{explanation} ({message[:200]})'
    return None
