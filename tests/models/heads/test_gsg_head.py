import pytest
import torch
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.models.gates import Gate
from cra_plugin.models.heads.gaussian_smoothing import NORMALIZATIONS, SIGMAS
from cra_plugin.models.heads.gsg_head import GSGHead
from cra_plugin.registry import TASK_UTILS

GATES = ('tanh', 'scaled_tanh', 'product', 'dot')
RELEASE = {'gate': 'tanh', 'sigma': 'free', 'normalize': 'softmax',
           'border': 'zero'}


def normal(*shape, seed=0):
    return torch.randn(
        *shape, generator=torch.Generator().manual_seed(seed))


def build(d_model=16, seed=0, **settings):
    torch.manual_seed(seed)
    return GSGHead(d_model, **settings).eval()


@pytest.mark.parametrize('gate', GATES)
@pytest.mark.parametrize('sigma', SIGMAS)
@pytest.mark.parametrize('normalize', NORMALIZATIONS)
def test_weights_are_a_distribution(gate, sigma, normalize):
    for kernel_size in (1, 3, 5, 7):
        head = build(gate=gate, sigma=sigma, normalize=normalize,
                     kernel_size=kernel_size)
        for length in (1, 2, 5, 33):
            output = head(normal(3, length, 16), normal(3, 16, seed=1))
            for weights in output:
                assert weights.shape == (3, length)
                assert (weights >= 0).all()
                torch.testing.assert_close(weights.sum(1), torch.ones(3))


@pytest.mark.parametrize('gate', GATES)
@pytest.mark.parametrize('border', ['renormalize', 'reflect', 'zero'])
@pytest.mark.parametrize('normalize', NORMALIZATIONS)
def test_padding_changes_nothing_and_gets_nothing(gate, border, normalize):
    head = build(gate=gate, border=border, normalize=normalize,
                 sigma='predicted')
    query = normal(1, 16, seed=1)
    for real in (1, 2, 6):
        frames = normal(1, 9, 16, seed=real)
        mask = torch.arange(9)[None] < real
        padded = head(frames, query, mask)
        cut = head(frames[:, :real], query)
        for one, other in zip(padded, cut):
            torch.testing.assert_close(one[:, :real], other)
            assert (one[:, real:] == 0).all()
        frames[:, real:] = 1e3
        torch.testing.assert_close(
            head(frames, query, mask).weights, padded.weights)


def test_released_weights_are_flat_and_the_papers_are_not():
    peaked = torch.full((1, 9), 1e-4)
    peaked[0, 4] = 1
    peaked = peaked / peaked.sum()
    query = normal(1, 16)
    flat = build(**RELEASE).smoothing(peaked, query)
    sharp = build().smoothing(peaked, query)
    assert flat.max() / flat.min() < 1.5
    assert sharp.max() / sharp.min() > 10


def test_gates_by_hand():
    head = build(4, gate='dot', kernel_size=1)
    frames, query = normal(1, 3, 4), normal(1, 4, seed=1)
    v = head.frame_projection(frames)[0]
    q = head.query_projection(query)[0]
    scores = torch.stack([(each * q).sum() / 2 for each in v])
    torch.testing.assert_close(
        head(frames, query).weights[0], scores.softmax(0))
    for gate, gated in (
        ('product', v * q),
        ('tanh', torch.tanh(v @ q)[:, None] * v),
        ('scaled_tanh', torch.tanh((v @ q) / 2)[:, None] * v)):
        other = build(4, gate=gate, kernel_size=1)
        other.frame_projection = head.frame_projection
        other.query_projection = head.query_projection
        expected = other.scorer(gated)[:, 0].softmax(0)
        torch.testing.assert_close(
            other(frames, query).weights[0], expected)


@pytest.fixture()
def own_gate():
    @TASK_UTILS.register_module()
    class OwnGate(Gate):

        def __init__(self, d_model, floor=0.):
            super().__init__(d_model, dict(type='Constant', layer='Linear',
                                           val=0.))
            self.projection = nn.Linear(d_model, d_model)
            self.floor = floor

        def forward(self, frames, query):
            open_by = self.projection(query)[:, None].sigmoid()
            return frames * open_by.clamp(min=self.floor)

    yield OwnGate
    TASK_UTILS.module_dict.pop('OwnGate')


def test_a_registered_gate_needs_no_other_change(own_gate):
    by_name = build(gate='OwnGate')
    by_config = build(gate=dict(type='cra_plugin.OwnGate', floor=.9))
    frames, query = normal(2, 6, 16), normal(2, 16, seed=1)
    assert not torch.equal(by_name(frames, query).weights,
                           by_config(frames, query).weights)
    by_name(frames, query).weights[:, 0].sum().backward()
    assert by_name.gate.projection.weight.grad.abs().sum() > 0
    by_name.init_weights()
    assert not by_name.gate.projection.weight.any()


def test_gates_of_ours_add_no_parameters():
    names = {gate: set(build(gate=gate).state_dict()) for gate in GATES}
    assert names['tanh'] == names['scaled_tanh'] == names['product']
    assert {name.split('.')[0] for name in names['product'] - names['dot']
            } == {'scorer'}
    assert not any(name.startswith('gate') for name in names['product'])


@pytest.mark.parametrize(('gate', 'said'), [
    ('prodct', 'did you mean product?'), ('WindowSpan', 'a registered gate'),
    (dict(type='Sigmoid'), 'a registered gate'), (5, 'found 5')])
def test_what_is_no_gate_is_refused(gate, said):
    with pytest.raises(InputError, match=r'^GSGHead\.gate: ') as caught:
        build(gate=gate)
    assert said in str(caught.value)


def test_only_what_is_used_is_learned():
    for gate in GATES:
        for sigma in SIGMAS:
            for kernel_size in (1, 5):
                head = build(gate=gate, sigma=sigma, kernel_size=kernel_size)
                output = head(normal(2, 6, 16), normal(2, 16, seed=1))
                (output.weights**2).sum().backward()
                for name, parameter in head.named_parameters():
                    assert parameter.grad is not None, (gate, sigma, name)
                    assert parameter.grad.isfinite().all(), name


def test_gradient_reaches_the_question():
    query = normal(2, 16, seed=1).requires_grad_()
    build()(normal(2, 6, 16), query).weights[:, 0].sum().backward()
    assert (query.grad.abs().sum(1) > 0).all()


def test_batch_mates_do_not_matter():
    head = build(sigma='predicted')
    frames, query = normal(4, 7, 16), normal(4, 16, seed=1)
    together = head(frames, query).weights
    for row in range(4):
        torch.testing.assert_close(
            head(frames[row:row + 1], query[row:row + 1]).weights[0],
            together[row])


@pytest.mark.parametrize(('settings', 'word'), [
    ({'gate': 'sigmoid'}, 'gate'), ({'sigma': 'fixed'}, 'sigma'),
    ({'normalize': 'max'}, 'normalize'), ({'border': 'wrap'}, 'border'),
    ({'kernel_size': 0}, 'kernel_size'), ({'sigma_init': 0.}, 'sigma_init')])
def test_bad_settings_are_named(settings, word):
    with pytest.raises(ValueError, match=f'GSGHead.*{word}'):
        GSGHead(16, **settings)
