import pytest
import torch

from cra_plugin.functional.gaussian import gaussian_filter
from cra_plugin.models.heads.gaussian_smoothing import (
    SIGMAS,
    GaussianSmoothing,
)

WEIGHTS = torch.tensor([[.1, .2, .4, .2, .1, 0.], [.5, .1, .1, .1, .1, .1]])


@pytest.mark.parametrize('kind', SIGMAS)
@pytest.mark.parametrize('start', [0.3, 1.0, 4.0])
def test_sigma_starts_where_it_is_told(kind, start):
    smoothing = GaussianSmoothing(8, sigma=kind, sigma_init=start)
    sigma = smoothing.current_sigma(torch.randn(2, 8))
    assert sigma.shape == ((2, 1) if kind == 'predicted' else ())
    torch.testing.assert_close(
        sigma, torch.full_like(sigma, start), atol=2e-3, rtol=0)


@pytest.mark.parametrize('kind', ['positive', 'predicted'])
def test_sigma_stays_positive(kind):
    smoothing = GaussianSmoothing(8, sigma=kind)
    with torch.no_grad():
        for parameter in smoothing.parameters():
            parameter.fill_(-50)
    assert (smoothing.current_sigma(torch.ones(2, 8)) > 0).all()
    assert smoothing(WEIGHTS, torch.ones(2, 8)).isfinite().all()


def test_predicted_sigma_depends_on_the_query():
    smoothing = GaussianSmoothing(8, sigma='predicted')
    torch.nn.init.normal_(smoothing.predictor.weight)
    sigma = smoothing.current_sigma(torch.randn(2, 8))
    assert sigma[0] != sigma[1]


def test_both_normalizations_by_hand():
    query = torch.zeros(2, 8)
    for border in ('renormalize', 'reflect', 'zero'):
        smooth = gaussian_filter(WEIGHTS, torch.tensor(1.), 5, border)
        found = GaussianSmoothing(
            8, sigma='free', border=border, normalize='sum')(WEIGHTS, query)
        torch.testing.assert_close(found, smooth / smooth.sum(1)[:, None])
        found = GaussianSmoothing(
            8, sigma='free', border=border,
            normalize='softmax')(WEIGHTS, query)
        torch.testing.assert_close(found, smooth.softmax(1))


def test_kernel_of_one_is_off():
    for kind in SIGMAS:
        smoothing = GaussianSmoothing(8, kernel_size=1, sigma=kind,
                                      normalize='softmax')
        assert smoothing(WEIGHTS, torch.zeros(2, 8)) is WEIGHTS
        assert not list(smoothing.parameters())


def test_printed_with_its_settings():
    assert "sigma='free'" in repr(GaussianSmoothing(8, sigma='free'))
