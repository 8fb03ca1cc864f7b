import pytest
import torch

from cra_plugin.errors import InputError
from cra_plugin.registry import OPTIM_WRAPPERS


class Line(torch.nn.Linear):
    """A layer that remembers what it computed in."""

    def forward(self, x):
        y = super().forward(x)
        self.dtype = y.dtype
        return y


def build(**settings):
    torch.manual_seed(0)
    model = Line(6, 3)
    return model, OPTIM_WRAPPERS.build(dict(
        type='cra_plugin.CPUAmpOptimWrapper',
        optimizer=torch.optim.SGD(model.parameters(), lr=.1), **settings))


def step(model, wrapper, seed=0, factor=1.):
    x = torch.randn(8, 6, generator=torch.Generator().manual_seed(seed))
    with wrapper.optim_context(model):
        loss = model(x).float().pow(2).mean() * factor
    wrapper.update_params(loss)
    return loss.item()


@pytest.mark.parametrize('dtype', ['bfloat16', 'float16'])
def test_computes_low_and_updates_high(dtype):
    model, wrapper = build(dtype=dtype)
    plain, other = build(dtype='bfloat16')
    other.cast_dtype = torch.float32
    for seed in range(5):
        step(model, wrapper, seed)
    assert model.dtype == getattr(torch, dtype)
    assert model.weight.dtype == torch.float32
    optimizer = torch.optim.SGD(plain.parameters(), lr=.1)
    for seed in range(5):
        x = torch.randn(8, 6, generator=torch.Generator().manual_seed(seed))
        optimizer.zero_grad()
        plain(x).pow(2).mean().backward()
        optimizer.step()
    assert not torch.equal(model.weight, plain.weight)
    torch.testing.assert_close(model.weight, plain.weight, rtol=.02,
                               atol=.005)


def test_only_half_precision_is_scaled():
    assert not build()[1].loss_scaler.is_enabled()
    assert build(dtype='float16')[1].loss_scaler.get_scale() == 2**16
    model, wrapper = build(dtype='float16', loss_scale=8.)
    for _ in range(3):
        step(model, wrapper)
    assert wrapper.loss_scaler.get_scale() == 8
    scaler = build(dtype='float16', loss_scale={'init_scale': 4.,
                                                'growth_interval': 1})
    step(*scaler)
    assert scaler[1].loss_scaler.get_scale() == 8


def test_an_overflow_is_skipped_and_the_scale_is_halved():
    model, wrapper = build(dtype='float16', clip_grad={'max_norm': 1.})
    before = model.weight.clone()
    step(model, wrapper, factor=float('inf'))
    assert torch.equal(model.weight, before)
    assert wrapper.loss_scaler.get_scale() == 2**15
    step(model, wrapper)
    assert not torch.equal(model.weight, before)


def test_gradients_accumulate():
    model, wrapper = build(accumulative_counts=2)
    wrapper.initialize_count_status(model, 0, 4)
    before = model.weight.clone()
    step(model, wrapper, 0)
    assert torch.equal(model.weight, before)
    step(model, wrapper, 1)
    assert not torch.equal(model.weight, before)


def test_the_scale_is_resumed():
    model, wrapper = build(dtype='float16')
    step(model, wrapper, factor=float('inf'))
    other = build(dtype='float16')[1]
    other.load_state_dict(wrapper.state_dict())
    assert other.loss_scaler.get_scale() == 2**15
    # Also from and to a training without scale.
    low = build()[1]
    low.load_state_dict(wrapper.state_dict())
    other.load_state_dict(low.state_dict())


def test_other_types_are_refused():
    with pytest.raises(InputError, match=r'optim_wrapper\.dtype'):
        build(dtype='float64')
