"""MIL-NCE: a text against the frames of every video."""

import math

import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.models.losses.mil_nce_loss import MILNCELoss, mil_nce_loss


def slow(text, frames, mask, same, temperature):
    """The formula, one number at a time."""
    size = len(text)
    scores = [[math.log(sum(
        math.exp(float(text[i] @ frames[j, t]) / temperature)
        for t in range(frames.shape[1]) if mask[j, t])) -
        math.log(int(mask[j].sum())) for j in range(size)]
        for i in range(size)]

    def cross_entropy(row, i, allowed):
        total = sum(math.exp(row[j]) for j in range(size) if allowed(i, j))
        return math.log(total) - row[i]

    def allowed(i, j):
        return i == j or not same[i, j]

    columns = [list(column) for column in zip(*scores)]
    return sum(cross_entropy(scores[i], i, allowed) +
               cross_entropy(columns[i], i, allowed)
               for i in range(size)) / (2 * size)


@pytest.mark.parametrize('seed', range(3))
def test_against_the_formula(seed):
    generator = torch.Generator().manual_seed(seed)
    text = torch.randn(4, 6, generator=generator)
    frames = torch.randn(4, 5, 6, generator=generator)
    mask = torch.arange(5) < torch.tensor([5, 2, 3, 1])[:, None]
    videos = torch.tensor([1, 2, 1, 3])
    same = videos[:, None] == videos
    expected = slow(text, frames, mask, same, 0.7)
    found = mil_nce_loss(text, frames, mask, same, 0.7)
    assert found.item() == pytest.approx(expected, rel=1e-5)
    module = MILNCELoss(temperature=0.7, loss_weight=2.)
    assert module(text, frames, mask, videos).item() == pytest.approx(
        2 * expected, rel=1e-5)
    # What padding holds does not matter.
    frames[~mask] = 1e4
    assert mil_nce_loss(text, frames, mask, same, 0.7).item() == (
        pytest.approx(expected, rel=1e-5))


def test_a_batch_of_one_video_teaches_nothing():
    text = torch.randn(3, 4, requires_grad=True)
    loss = MILNCELoss()(text, torch.randn(3, 2, 4),
                        torch.ones(3, 2).bool(), torch.zeros(3))
    loss.backward()
    assert loss.item() == 0 and not text.grad.any()


def test_the_temperature_of_the_head_is_learned():
    tau = torch.tensor(0.5, requires_grad=True)
    arguments = (torch.randn(3, 4), torch.randn(3, 2, 4),
                 torch.ones(3, 2).bool(), torch.arange(3))
    MILNCELoss()(*arguments, tau).backward()
    assert tau.grad
    assert MILNCELoss(temperature=1.)(*arguments, tau).grad_fn is None
    with pytest.raises(InputError, match='above 0, or None'):
        MILNCELoss(temperature=0)
