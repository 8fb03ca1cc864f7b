"""The grounded feature is trained not to tell the scene."""

import math

import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.models.causal.scene_reversal import (
    SceneReversal,
    scene_shares,
)

CENTERS = torch.tensor([[0., 0.], [4., 0.], [0., 4.]])
# Nearest centers 0, 1, 1, 2.
FEATURES = torch.tensor([[[1., 0.], [3., 0.], [5., 1.], [0., 9.]]])


def build(**settings):
    torch.manual_seed(0)
    module = SceneReversal(2, 2, num_clusters=3, **settings)
    module.dictionary.fill(CENTERS, 'a test')
    return module


def by_a_linear_layer(module, weight):
    """Put scores ``weight @ v`` in place of the network's."""
    module.classifier = torch.nn.Linear(2, 3, bias=False)
    with torch.no_grad():
        module.classifier.weight.copy_(torch.tensor(weight))


def test_shares_by_hand():
    weights = torch.tensor([[.1, .2, .3, .4]], requires_grad=True)
    shares = scene_shares(FEATURES, CENTERS, weights)
    torch.testing.assert_close(shares, torch.tensor([[.1, .5, .4]]))
    assert not shares.requires_grad
    # What padding holds does not matter: its weight is 0.
    padded = torch.cat((FEATURES, torch.full((1, 1, 2), 1e6)), dim=1)
    more = torch.cat((weights, torch.zeros(1, 1)), dim=1)
    torch.testing.assert_close(scene_shares(padded, CENTERS, more), shares)


@pytest.mark.parametrize('strength', [0., 0.3, 1.])
def test_loss_and_gradients_by_hand(strength):
    """Scores (log 2, 0, 0), shares (0, 1/2, 1/2): p - z is (1/2, -1/4, -1/4).

    """
    module = build(strength=strength)
    by_a_linear_layer(module, [[1., 0.], [0., 0.], [0., 0.]])
    video = torch.tensor([[math.log(2.), 1.]], requires_grad=True)
    weights = torch.tensor([[0., .25, .25, .5]])
    loss = module(video, weights, FEATURES)
    assert loss.item() == pytest.approx(math.log(4.))
    loss.backward()
    torch.testing.assert_close(video.grad,
                               torch.tensor([[-strength / 2, 0.]]))
    # The network itself learns to tell, whatever the strength.
    error = torch.tensor([[.5], [-.25], [-.25]])
    torch.testing.assert_close(module.classifier.weight.grad,
                               error * video.detach())


def test_the_adversary_learns_and_the_feature_forgets():
    """A step on each: telling gets easier by the one, harder by the other."""
    module = build(strength=1.)
    video = torch.randn(1, 2, requires_grad=True)
    weights = torch.tensor([[1., 0., 0., 0.]])
    before = module(video, weights, FEATURES)
    before.backward()
    with torch.no_grad():
        forgotten = module(video - 0.1 * video.grad, weights, FEATURES)
        for parameter in module.classifier.parameters():
            parameter -= 0.1 * parameter.grad
        learned = module(video, weights, FEATURES)
    assert learned < before < forgotten


def test_the_mean_over_samples_is_that_of_processes():
    """Equal parts of a batch have its loss as their mean."""
    module = build()
    video, features = torch.randn(4, 2), torch.randn(4, 3, 2)
    weights = torch.rand(4, 3).softmax(-1)
    whole = module(video, weights, features)
    halves = [module(video[rows], weights[rows], features[rows])
              for rows in (slice(0, 2), slice(2, 4))]
    torch.testing.assert_close(sum(halves) / 2, whole)


@pytest.mark.parametrize('strength', [-0.1, float('nan'), True, 'much'])
def test_bad_strengths(strength):
    with pytest.raises(InputError, match=r'SceneReversal\.strength: found'):
        build(strength=strength)
