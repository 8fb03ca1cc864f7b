"""Negatives of all processes, with gradients."""

import socket

import pytest
import torch
import torch.distributed
import torch.multiprocessing

from cra_plugin.models.losses.cma_loss import CMALoss

VIDEOS = torch.tensor([1, 2, 1, 3, 4, 2])


def loss_and_gradient(rows, gather=True):
    """The loss of some rows of a fixed batch, and its weight's gradient."""
    generator = torch.Generator().manual_seed(0)
    features, text = torch.randn(2, 6, 8, generator=generator)
    weight = torch.randn(8, 8, generator=generator).requires_grad_()
    loss = CMALoss(gather=gather)(features[rows] @ weight,
                                  (text @ weight.T)[rows], VIDEOS[rows])
    loss.backward()
    return loss.detach(), weight.grad


def run_rank(rank, port, gather, queue):
    torch.distributed.init_process_group(
        'gloo', f'tcp://127.0.0.1:{port}', rank=rank, world_size=2)
    rows = slice(3 * rank, 3 * rank + 3)
    loss, gradient = loss_and_gradient(rows, gather)
    # What DistributedDataParallel does with gradients.
    torch.distributed.all_reduce(gradient)
    queue.put((rank, loss.item(), (gradient / 2).tolist()))
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()


@pytest.mark.parametrize('gather', [True, False])
def test_two_processes_equal_one_large_batch_if_gathered(gather):
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    queue = torch.multiprocessing.get_context('spawn').Queue()
    context = torch.multiprocessing.spawn(
        run_rank, (port, gather, queue), nprocs=2, join=False)
    results = [queue.get(timeout=120) for _ in range(2)]
    context.join()
    loss, gradient = loss_and_gradient(slice(0, 6))
    for _, other_loss, other_gradient in results:
        same = torch.allclose(
            torch.tensor(other_gradient), gradient, atol=1e-6)
        assert same == gather
        assert (abs(other_loss - loss.item()) < 1e-6) == gather
