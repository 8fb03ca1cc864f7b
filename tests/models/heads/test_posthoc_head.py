import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.models.heads.posthoc_head import PostHocHead, frame_scorer


def normal(*shape, seed=0):
    return torch.randn(
        *shape, generator=torch.Generator().manual_seed(seed))


def test_ignores_the_question():
    head = PostHocHead(16).eval()
    frames = normal(2, 7, 16)
    first = head(frames, normal(2, 16, seed=1))
    second = head(frames, normal(2, 16, seed=2))
    assert torch.equal(first.weights, second.weights)
    assert first.weights is first.raw_weights
    torch.testing.assert_close(first.weights.sum(1), torch.ones(2))
    assert first.weights.std() > 0


def test_padding_changes_nothing():
    head = PostHocHead(16).eval()
    frames, query = normal(1, 7, 16), normal(1, 16)
    for real in (1, 3):
        mask = torch.arange(7)[None] < real
        padded = head(frames, query, mask).weights
        cut = head(frames[:, :real], query).weights
        torch.testing.assert_close(padded[:, :real], cut)
        assert (padded[:, real:] == 0).all()


def test_scorer_has_the_stated_shape():
    shapes = [tuple(p.shape) for p in frame_scorer(16).parameters()]
    assert shapes == [(8, 16), (8, ), (1, 8), (1, )]


def test_activation_by_hand():
    frames, query = normal(1, 7, 16), normal(1, 16)
    for name, function in (('tanh', torch.tanh),
                           ('gelu', torch.nn.functional.gelu)):
        head = PostHocHead(16, activation=name)
        scores = head.scorer[2](function(head.scorer[0](frames)))
        torch.testing.assert_close(
            head(frames, query).weights, scores.squeeze(-1).softmax(1))
    with pytest.raises(InputError, match=r'PostHocHead\.activation'):
        PostHocHead(16, activation='relu')
