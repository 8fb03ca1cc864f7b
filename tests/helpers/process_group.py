"""Processes that talk by gloo, without importing torch in each."""

import os
import socket
import traceback

from tests.helpers.forked_python import CONTEXT, start_server
from tests.helpers.plain_configs import write_plainly


def free_port():
    """A port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


def run_processes(function, world_size, *arguments, join=True):
    """What ``function(rank, *arguments)`` returns in each process.

    The processes find the variables of torchrun in their environment; with
    ``join`` they are a process group already.
    """
    port = free_port()
    start_server()
    results = CONTEXT.Queue()
    processes = [
        CONTEXT.Process(target=_run, args=(results, rank, world_size, port,
                                           join, function, arguments))
        for rank in range(world_size)]
    for process in processes:
        process.start()
    try:
        found = dict(results.get(timeout=300) for _ in processes)
    finally:
        for process in processes:
            process.join(10)
            process.kill()
    for rank, (value, error) in found.items():
        assert error is None, f'process {rank}: {error}'
        found[rank] = value
    return [found[rank] for rank in range(world_size)]


def _run(results, rank, world_size, port, join, function, arguments):
    import torch
    torch.set_num_threads(1)
    write_plainly()
    os.environ.update(
        RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(world_size),
        MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port))
    value = error = None
    try:
        if join:
            torch.distributed.init_process_group('gloo')
        value = function(rank, *arguments)
    except BaseException:
        error = traceback.format_exc()
    results.put((rank, (value, error)))
    if error is None and torch.distributed.is_initialized():
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()
