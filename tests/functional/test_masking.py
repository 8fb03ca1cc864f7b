import pytest
import torch

from cra_plugin.functional.masking import (
    masked_mean,
    masked_softmax,
    weighted_sum,
)


def test_softmax_without_mask_is_torchs():
    logits = torch.tensor([[0., 1., 2.]])
    expected = torch.tensor([[0.09003057, 0.24472847, 0.66524096]])
    torch.testing.assert_close(masked_softmax(logits), expected)


def test_softmax_leaves_padding_out():
    logits = torch.tensor([[0., 1., 9.], [5., 7., 7.]])
    mask = torch.tensor([[True, True, False], [True, False, False]])
    weights = masked_softmax(logits, mask)
    expected = torch.tensor([[0.26894142, 0.73105858, 0.], [1., 0., 0.]])
    torch.testing.assert_close(weights, expected)
    assert (weights[~mask] == 0).all()


@pytest.mark.parametrize('dtype', [torch.float32, torch.bfloat16])
def test_softmax_of_extreme_logits_is_finite(dtype):
    logits = torch.tensor([[-1e4, -1e4, 1e4]], dtype=dtype)
    mask = torch.tensor([[True, True, False]])
    weights = masked_softmax(logits, mask)
    assert weights.dtype == torch.float32
    torch.testing.assert_close(weights, torch.tensor([[.5, .5, 0.]]))


def test_softmax_tells_weights_of_low_precision_apart():
    logits = torch.tensor([[0., 2.**-9, 2.**-8, 2.**-7]])
    weights = masked_softmax(logits.bfloat16())
    torch.testing.assert_close(weights, logits.softmax(-1))
    assert len(weights.unique()) == 4
    assert len(logits.bfloat16().softmax(-1).unique()) < 4
    assert masked_softmax(logits.double()).dtype == torch.float64


def test_a_row_of_padding_gets_zeros_and_finite_gradients():
    logits = torch.tensor([[1., 2.]], requires_grad=True)
    weights = masked_softmax(logits, torch.tensor([[False, False]]))
    weights.sum().backward()
    assert weights.tolist() == [[0, 0]]
    assert logits.grad.isfinite().all()


def test_no_gradient_reaches_padding():
    logits = torch.tensor([[1., 2., 3.]], requires_grad=True)
    masked_softmax(logits,
                   torch.tensor([[True, True, False]]))[0, 0].backward()
    assert logits.grad[0, 2] == 0
    assert logits.grad[0, 0] == -logits.grad[0, 1] > 0


def test_mean_over_real_frames():
    values = torch.tensor([[[1., 2.], [3., 4.], [100., 100.]],
                           [[6., 9.], [0., 3.], [3., 0.]]])
    mask = torch.tensor([[True, True, False], [True, True, True]])
    expected = torch.tensor([[2., 3.], [3., 4.]])
    torch.testing.assert_close(masked_mean(values, mask), expected)
    torch.testing.assert_close(masked_mean(values[1:]), expected[1:])


def test_weighted_sum():
    values = torch.tensor([[[1., 2.], [3., 4.]]])
    weights = torch.tensor([[.25, .75]])
    torch.testing.assert_close(weighted_sum(values, weights),
                               torch.tensor([[2.5, 3.5]]))
