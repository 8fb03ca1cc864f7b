import pytest
import torch
from torch import nn

from cra_plugin.models.temporal.frame_transformer import (
    NORMS,
    FrameTransformer,
)
from cra_plugin.models.temporal.standard_deviation_norm import (
    StandardDeviationNorm,
)


def build(**settings):
    torch.manual_seed(0)
    return FrameTransformer(6, 16, num_heads=4, **settings).eval()


def frames(batch=2, length=7):
    return torch.randn(batch, length, 6,
                       generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize('norm', NORMS)
@pytest.mark.parametrize('length', [1, 2, 40])
def test_shapes_and_finiteness(norm, length):
    states = build(norm=norm)(frames(length=length))
    assert states.shape == (2, length, 16)
    assert states.isfinite().all()


@pytest.mark.parametrize('norm', NORMS)
def test_padding_changes_nothing(norm):
    model, x = build(norm=norm), frames()
    x[:, 4:] = 1e3
    mask = (torch.arange(7) < 4).expand(2, -1)
    torch.testing.assert_close(model(x, mask)[:, :4], model(x[:, :4]),
                               atol=1e-5, rtol=1e-5)
    full = torch.ones(2, 7, dtype=torch.bool)
    torch.testing.assert_close(model(x, full), model(x))


def test_order_of_frames_matters():
    model, x = build(), frames()
    flipped = model(x.flip(1)).flip(1)
    assert (flipped - model(x)).abs().max() > 1e-2


def test_frames_see_each_other():
    model, x = build(), frames()
    other = x.clone()
    other[:, 6] += 1
    assert ((model(x) - model(other))[:, 0].abs().amax(1) > 1e-4).all()
    alone = build(num_layers=0)
    assert torch.equal(alone(x)[:, 0], alone(other)[:, 0])


def test_paper_norm_equals_torchs_own_pre_norm_layers():
    model, x = build(num_layers=1), frames()
    layer = model.layers[0]
    theirs = nn.TransformerEncoderLayer(
        16, 4, 16, batch_first=True, norm_first=True).eval()
    theirs.self_attn.load_state_dict(layer.attention.state_dict())
    theirs.norm1.load_state_dict(layer.attention_norm.state_dict())
    theirs.norm2.load_state_dict(layer.feedforward_norm.state_dict())
    theirs.linear1.load_state_dict(layer.feedforward[0].state_dict())
    theirs.linear2.load_state_dict(layer.feedforward[3].state_dict())
    hidden = torch.randn(2, 7, 16)
    torch.testing.assert_close(layer(hidden, None), theirs(hidden),
                               atol=1e-5, rtol=1e-4)
    assert model(x).shape == (2, 7, 16)


def test_standard_deviation_norm_by_hand():
    norm = StandardDeviationNorm(4)
    nn.init.constant_(norm.weight, 2.)
    nn.init.constant_(norm.bias, .5)
    # Mean 2; unbiased standard deviation sqrt(20 / 3).
    x = torch.tensor([[0., 0., 2., 6.]])
    deviation = (24 / 3)**.5
    expected = torch.tensor([[-2., -2., 0., 4.]]) / deviation * 2 + .5
    torch.testing.assert_close(norm(x), expected)
    flat = norm(torch.full((1, 4), 3.))
    torch.testing.assert_close(flat, torch.full((1, 4), .5))


def test_dropout_in_training_only():
    model, x = build(), frames()
    assert torch.equal(model(x), model(x))
    model.train()
    assert not torch.equal(model(x), model(x))


def test_feedforward_width():
    assert build().layers[0].feedforward[0].out_features == 16
    assert build(
        feedforward_dim=64).layers[0].feedforward[0].out_features == 64


def test_everything_is_learned():
    for norm in NORMS:
        model = build(norm=norm)
        model(frames()).pow(3).sum().backward()
        assert all(p.grad is not None and p.grad.isfinite().all()
                   for p in model.parameters())


def test_the_epsilon_of_the_input_norm():
    model = build(num_layers=0, norm='layer', input_norm_eps=.25)
    x = frames()
    projected = nn.functional.gelu(model.projection(x))
    centered = projected - projected.mean(-1, keepdim=True)
    expected = centered / (centered.square().mean(-1, keepdim=True)
                          + .25).sqrt()
    torch.testing.assert_close(model.projection_norm(projected), expected)
    assert build().projection_norm.eps == 1e-5
