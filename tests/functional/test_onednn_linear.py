import numpy as np
import pytest
import torch
from torch.nn.functional import linear

from cra_plugin.functional.onednn_linear import (
    has_onednn,
    onednn_linear,
    takes_onednn,
)

pytestmark = pytest.mark.skipif(
    not has_onednn(), reason='this torch has no oneDNN')


class Quantized(torch.Tensor):
    """What multiplies in its own way."""


def results(function, inputs, weight, bias, gradient):
    """Outputs, and the gradients of whatever is trained."""
    given = [None if each is None else
             each.detach().requires_grad_(each.requires_grad)
             for each in (inputs, weight, bias)]
    outputs = function(*given)
    if outputs.requires_grad:
        outputs.backward(gradient.expand_as(outputs))
    return [outputs] + [each.grad for each in given if each is not None]


@pytest.mark.parametrize('seed', range(6))
def test_values_and_gradients_are_those_of_torch(seed):
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    rows, width, out = (int(each) for each in random.integers(1, 90, 3))
    shape = [(rows, width), (rows, 3, width), (2, rows, 1, width)][seed % 3]
    trained = random.random(3) < 0.7
    inputs = torch.randn(shape, requires_grad=bool(trained[0]))
    weight = torch.randn(out, width, requires_grad=bool(trained[1]))
    bias = torch.randn(out, requires_grad=bool(trained[2]))
    # Of a sum, the gradient is one number in memory.
    gradient = torch.ones(1) if seed % 2 else torch.randn(*shape[:-1], out)
    given = inputs, weight, None if seed == 5 else bias, gradient
    for ours, torchs in zip(results(onednn_linear, *given),
                            results(linear, *given), strict=True):
        torch.testing.assert_close(ours, torchs, rtol=1e-5, atol=2e-5)


def test_turned_tensors_are_read_by_their_strides():
    inputs, weight = torch.randn(40, 70).t(), torch.randn(40, 50).t()
    torch.testing.assert_close(onednn_linear(inputs, weight),
                               inputs @ weight.t())


def test_what_is_frozen_is_not_kept_for_the_way_back():
    kept = []
    inputs = torch.randn(4, 8, requires_grad=True)
    weight = torch.randn(8, 8)
    with torch.autograd.graph.saved_tensors_hooks(
            lambda each: kept.append(each.data_ptr()), lambda each: each):
        onednn_linear(inputs, weight)
    assert kept == [weight.data_ptr()]


def test_where_it_is_used():
    inputs, weight = torch.randn(4096, 32), torch.randn(32, 32)
    assert takes_onednn(inputs, weight)
    assert not takes_onednn(inputs[:100], weight)
    assert not takes_onednn(inputs.double(), weight.double())
    assert not takes_onednn(inputs.to('meta'), weight.to('meta'))
    assert not takes_onednn(inputs, torch.randn(32, 30))
    assert not takes_onednn(inputs, weight.as_subclass(Quantized))
    with torch.autocast('cpu', torch.bfloat16):
        assert not takes_onednn(inputs, weight)
    with torch.backends.mkldnn.flags(enabled=False):
        assert not takes_onednn(inputs, weight)


def test_gradients_are_differentiated_again():
    def second(function):
        inputs, weight = (torch.arange(6.).view(2, 3).requires_grad_(),
                          torch.ones(4, 3, requires_grad=True))
        first = torch.autograd.grad(
            function(inputs, weight).square().sum(), (inputs, weight),
            create_graph=True)
        return torch.autograd.grad(
            sum(each.square().sum() for each in first), (inputs, weight))

    torch.testing.assert_close(second(onednn_linear), second(linear))
