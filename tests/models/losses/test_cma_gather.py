"""Negatives of all processes, with gradients."""

import torch
import torch.distributed

from cra_plugin.models.losses.cma_loss import CMALoss
from tests.helpers.process_group import run_processes

VIDEOS = torch.tensor([1, 2, 1, 3, 4, 2])


def loss_and_gradient(rows, gather=True, half=False):
    """The loss of some rows of a fixed batch, and its weight's gradient."""
    generator = torch.Generator().manual_seed(0)
    features, text = torch.randn(2, 6, 8, generator=generator)
    weight = torch.randn(8, 8, generator=generator).requires_grad_()
    with torch.autocast('cpu', torch.bfloat16, enabled=half):
        loss = CMALoss(gather=gather)(features[rows] @ weight,
                                      (text @ weight.T)[rows], VIDEOS[rows])
    loss.backward()
    return loss.item(), weight.grad


def both_ways(rank):
    """Loss and gradient of this process: gathered, not, in bfloat16."""
    rows = slice(3 * rank, 3 * rank + 3)
    found = []
    for options in ({}, {'gather': False}, {'half': True}):
        loss, gradient = loss_and_gradient(rows, **options)
        # What DistributedDataParallel does with gradients.
        torch.distributed.all_reduce(gradient)
        found.append((loss, (gradient / 2).tolist()))
    return found


def test_two_processes_equal_one_large_batch_if_gathered():
    loss, gradient = loss_and_gradient(slice(0, 6))
    for gathered, apart, half in run_processes(both_ways, 2):
        assert abs(gathered[0] - loss) < 1e-6
        torch.testing.assert_close(torch.tensor(gathered[1]), gradient)
        assert abs(apart[0] - loss) > 1e-3
        assert not torch.allclose(torch.tensor(apart[1]), gradient, atol=1e-4)
        assert half[0] != loss
        torch.testing.assert_close(torch.tensor(half[1]), gradient,
                                   rtol=.05, atol=.05)
