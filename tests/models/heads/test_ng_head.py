import pytest
import torch
from torch import nn

from cra_plugin.models.heads.ng_head import NGHead


def normal(*shape, seed=0):
    return torch.randn(
        *shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def head():
    torch.manual_seed(0)
    return NGHead(16).eval()


def set_gaussian(head, center, width):
    """Make the head predict this center and width whatever it is asked."""
    nn.init.zeros_(head.gaussian[-1].weight)
    with torch.no_grad():
        head.gaussian[-1].bias.copy_(
            torch.tensor([center, width]).logit())


@pytest.mark.parametrize('length', [1, 2, 7, 32])
def test_weights_are_a_distribution(head, length):
    for weights in head(normal(3, length, 16), normal(3, 16, seed=1)):
        assert weights.shape == (3, length)
        torch.testing.assert_close(weights.sum(1), torch.ones(3))


def test_center_and_width_are_fractions(head):
    mask = torch.ones(5, 7, dtype=torch.bool)
    center, width = head.predict_gaussian(
        9 * normal(5, 7, 16), 9 * normal(5, 16, seed=1), mask)
    assert center.shape == width.shape == (5, )
    for value in (center, width):
        assert ((value > 0) & (value < 1)).all()
        assert len(value.unique()) == 5


@pytest.mark.parametrize(('center', 'frame'), [(.01, 0), (.5, 5), (.99, 10)])
def test_the_gaussian_decides_where(head, center, frame):
    set_gaussian(head, center, .2)
    output = head(normal(2, 11, 16), normal(2, 16, seed=1))
    assert output.weights.argmax(1).tolist() == [frame, frame]


def test_the_width_decides_how_far(head):
    nn.init.zeros_(head.scorer[-1].weight)
    deviations = []
    for width in (.3, .6, .9):
        set_gaussian(head, .5, width)
        weights = head(normal(1, 101, 16), normal(1, 16)).weights[0]
        place = torch.linspace(0, 1, 101)
        deviations.append(float((weights * (place - .5)**2).sum()**.5))
    assert deviations == pytest.approx([.3 / 9, .6 / 9, .9 / 9], abs=2e-3)


def test_raw_weights_are_blind_and_weights_are_their_product(head):
    frames = normal(2, 9, 16)
    mask = torch.ones(2, 9, dtype=torch.bool)
    first = head(frames, normal(2, 16, seed=1))
    second = head(frames, normal(2, 16, seed=2))
    torch.testing.assert_close(first.raw_weights, second.raw_weights)
    assert (first.weights - second.weights).abs().max() > 1e-4
    center, width = head.predict_gaussian(frames, normal(2, 16, seed=1), mask)
    place = torch.arange(9) / 8
    gaussian = torch.exp(
        -.5 * ((place - center[:, None]) / (width[:, None] / 9))**2)
    product = first.raw_weights * gaussian
    torch.testing.assert_close(
        first.weights, product / product.sum(1, keepdim=True))


def test_padding_changes_nothing(head):
    frames, query = normal(1, 9, 16), normal(1, 16, seed=1)
    for real in (1, 4):
        mask = torch.arange(9)[None] < real
        padded = head(frames, query, mask)
        cut = head(frames[:, :real], query)
        for one, other in zip(padded, cut):
            torch.testing.assert_close(one[:, :real], other)
            assert (one[:, real:] == 0).all()


def test_everything_is_learned(head):
    (head(normal(2, 9, 16), normal(2, 16)).weights**2).sum().backward()
    for name, parameter in head.named_parameters():
        assert parameter.grad is not None, name
