import math

import numpy as np
import pytest
import torch

from cra_plugin.functional.gaussian import (
    BORDERS,
    gaussian_filter,
    gaussian_logits,
)


def random_weights(batch, length, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(batch, length, generator=generator).softmax(dim=-1)


def taps_of(sigma, kernel_size):
    """The kernel, by the textbook."""
    half = kernel_size // 2
    taps = np.array([math.exp(-offset**2 / (2 * sigma**2))
                     for offset in range(-half, half + 1)])
    return taps / taps.sum()


def slow_filter(row, sigma, kernel_size, border):
    """One video, one frame, one tap at a time."""
    half, length = kernel_size // 2, len(row)
    taps = taps_of(sigma, kernel_size)
    padded = np.pad(row, half, mode='reflect') if border == 'reflect' else (
        np.pad(row, half))
    inside = np.pad(np.ones(length), half)
    result = []
    for frame in range(length):
        window = slice(frame, frame + kernel_size)
        value = (padded[window] * taps).sum()
        if border == 'renormalize':
            value /= (inside[window] * taps).sum()
        result.append(value)
    return np.array(result)


def test_an_impulse_becomes_the_kernel():
    weights = torch.zeros(1, 9)
    weights[0, 4] = 1
    side, far = math.exp(-.5), math.exp(-2)
    total = 1 + 2 * side + 2 * far
    expected = torch.tensor([[0, 0, far, side, 1, side, far, 0, 0]]) / total
    for border in BORDERS:
        torch.testing.assert_close(
            gaussian_filter(weights, torch.tensor(1.), 5, border), expected)


@pytest.mark.parametrize('border', BORDERS)
@pytest.mark.parametrize('kernel_size', [1, 3, 5, 7])
@pytest.mark.parametrize('length', [1, 2, 3, 4, 9, 32])
def test_against_a_slow_version(border, kernel_size, length):
    weights = random_weights(3, length, seed=length)
    found = gaussian_filter(weights, torch.tensor(.8), kernel_size, border)
    assert found.shape == weights.shape
    for row, each in zip(weights, found):
        expected = slow_filter(row.double().numpy(), .8, kernel_size, border)
        np.testing.assert_allclose(each.numpy(), expected, atol=1e-6)


@pytest.mark.parametrize('border', BORDERS)
@pytest.mark.parametrize('kernel_size', [3, 7])
def test_mask_equals_cutting_the_padding_off(border, kernel_size):
    generator = torch.Generator().manual_seed(1)
    for real in range(1, 10):
        weights = torch.rand(1, 9, generator=generator)
        mask = torch.arange(9)[None] < real
        padded = gaussian_filter(weights, torch.tensor(1.3), kernel_size,
                                 border, mask)
        cut = gaussian_filter(weights[:, :real], torch.tensor(1.3),
                              kernel_size, border)
        torch.testing.assert_close(padded[:, :real], cut)
        assert (padded[:, real:] == 0).all()


def test_uniform_weights_stay_uniform_but_for_zero_borders():
    weights = torch.full((1, 6), 1 / 6)
    for border in ('renormalize', 'reflect'):
        torch.testing.assert_close(
            gaussian_filter(weights, torch.tensor(2.), 5, border), weights)
    faded = gaussian_filter(weights, torch.tensor(2.), 5, 'zero')
    assert faded[0, 0] < faded[0, 1] < faded[0, 2]


def test_only_zero_borders_lose_weight_inside_the_video():
    weights = torch.zeros(1, 12)
    weights[0, 5:7] = .5
    for border in BORDERS:
        smoothed = gaussian_filter(weights, torch.tensor(1.), 5, border)
        assert smoothed.sum() == pytest.approx(1, abs=1e-6)
    weights = torch.eye(12)[:1]
    assert gaussian_filter(
        weights, torch.tensor(1.), 5, 'zero').sum() < 0.75


def test_sigma_of_each_sample():
    weights = random_weights(3, 10)
    sigmas = torch.tensor([[.5], [1.], [4.]])
    together = gaussian_filter(weights, sigmas)
    for row in range(3):
        alone = gaussian_filter(weights[row:row + 1], sigmas[row, 0])
        torch.testing.assert_close(together[row:row + 1], alone)
    tops = gaussian_filter(torch.eye(11)[5:6].repeat(3, 1), sigmas)[:, 5]
    assert tops[0] > tops[1] > tops[2]


def test_sign_of_sigma_does_not_matter_and_gradients_flow():
    weights = random_weights(2, 8)
    sigma = torch.tensor(1.2, requires_grad=True)
    torch.testing.assert_close(gaussian_filter(weights, sigma),
                               gaussian_filter(weights, -sigma))
    gaussian_filter(weights, sigma)[0, 0].backward()
    assert sigma.grad.isfinite() and sigma.grad != 0


def test_gradients_of_short_videos_are_finite():
    for border in BORDERS:
        weights = torch.tensor([[1., 0., 0.]], requires_grad=True)
        sigma = torch.tensor(1., requires_grad=True)
        mask = torch.tensor([[True, False, False]])
        gaussian_filter(weights, sigma, 7, border, mask).sum().backward()
        assert weights.grad.isfinite().all() and sigma.grad.isfinite()


def test_gaussian_logits_by_hand():
    mask = torch.ones(1, 5, dtype=torch.bool)
    logits = gaussian_logits(torch.tensor([.25]), torch.tensor([.9]), mask)
    # The standard deviation is 0.1 of the video, frames are 0.25 apart.
    torch.testing.assert_close(
        logits, torch.tensor([[-3.125, 0., -3.125, -12.5, -28.125]]))


def test_gaussian_logits_span_the_real_frames():
    mask = torch.tensor([[True, True, True, False, False]])
    logits = gaussian_logits(torch.tensor([1.]), torch.tensor([.9]), mask)
    assert logits[0, :3].argmax() == 2 and logits[0, 2] == 0
    cut = gaussian_logits(torch.tensor([1.]), torch.tensor([.9]),
                          mask[:, :3])
    torch.testing.assert_close(logits[:, :3], cut)


def test_gaussian_logits_of_one_frame_and_of_no_width():
    logits = gaussian_logits(torch.tensor([.3]), torch.tensor([0.]),
                             torch.ones(1, 1, dtype=torch.bool))
    assert logits.isfinite().all()
    narrow = gaussian_logits(torch.tensor([.5]), torch.tensor([.1]),
                             torch.ones(1, 9, dtype=torch.bool))
    wide = gaussian_logits(torch.tensor([.5]), torch.tensor([.1]),
                           torch.ones(1, 9, dtype=torch.bool), sharpness=1.)
    assert narrow.softmax(1).max() > .99 > wide.softmax(1).max()
