import numpy as np
import pytest
import torch

from cra_plugin.models.span_decoders import (
    AdaptiveSpan,
    MergedSpan,
    WindowSpan,
)
from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.decoding_preset import (
    DECODERS,
    PRESETS,
    decode_spans,
)
from cra_plugin.spans.span_decoding import (
    decode_adaptive,
    decode_window,
    merge_spans,
)


def batch(seed, size=6, frames=9):
    """Random peaked weights of ragged videos, times and durations."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, frames + 1, size)
    mask = np.arange(frames) < lengths[:, None]
    weights = np.where(mask, rng.random((size, frames))**4 + 1e-6, 0)
    weights /= weights.sum(1, keepdims=True)
    durations = rng.uniform(1, 200, size)
    times = np.sort(rng.uniform(0, durations[:, None], (size, frames)), 1)
    return weights, times, durations, mask


def tensors(arrays):
    return [torch.from_numpy(each) for each in arrays]


WINDOW, ADAPTIVE = ({'type': 'cra_plugin.WindowSpan'},
                    {'type': 'cra_plugin.AdaptiveSpan'})
MERGED = {'type': 'cra_plugin.MergedSpan', 'first': WINDOW,
          'second': ADAPTIVE}


@pytest.mark.parametrize('seed', range(20))
@pytest.mark.parametrize('config', [
    WINDOW, ADAPTIVE, MERGED, {**MERGED, 'rule': 'union'},
    {**WINDOW, 'score': 'excess'}, {**WINDOW, 'score': 'sum'}])
def test_spans_lie_inside_the_video(config, seed):
    arrays = batch(seed)
    spans = TASK_UTILS.build(config)(*tensors(arrays))
    assert spans.shape == (6, 2) and spans.dtype == torch.float64
    start, end = spans.T
    assert (start >= 0).all() and (start <= end).all()
    assert (end <= torch.from_numpy(arrays[2]) + 1e-9).all()


@pytest.mark.parametrize('name', ['paper', 'release'])
def test_configs_decode_as_the_presets(name, request):
    from mmengine.config import Config
    file = 'cra_nextgqa' + ('' if name == 'paper' else '_release')
    config = Config.fromfile(
        str(request.config.rootpath / 'configs' / f'{file}.py'))
    decoders = {key: TASK_UTILS.build(each)
                for key, each in config.model.span_decoders.items()}
    assert set(decoders) == set(DECODERS)
    for seed in range(10):
        weights, times, durations, mask = batch(seed)
        expected = decode_spans(weights, times, durations, PRESETS[name],
                                mask)
        for key, decoder in decoders.items():
            found = decoder(*tensors((weights, times, durations, mask)))
            np.testing.assert_allclose(found, expected[key])


def test_each_agrees_with_its_function():
    weights, times, durations, mask = batch(1)
    inputs = tensors((weights, times, durations, mask))
    window = decode_window(weights, (2, 4), 'sum', 'gap', mask, durations)
    np.testing.assert_allclose(
        WindowSpan((2, 4), 'sum', 'gap', clip=False)(*inputs), window)
    np.testing.assert_allclose(
        WindowSpan((2, 4), 'sum', 'gap', 1, clip=False)(*inputs),
        window.round(1))
    adaptive = decode_adaptive(weights, times, 3., 1.1, False, mask)
    np.testing.assert_allclose(
        AdaptiveSpan(3., 1.1, False, clip=False)(*inputs), adaptive)
    for rule in ('intersection', 'union'):
        np.testing.assert_allclose(
            MergedSpan({**WINDOW, 'clip': False},
                       {**ADAPTIVE, 'clip': False}, rule)(*inputs),
            merge_spans(decode_window(weights, mask=mask,
                                      durations=durations),
                        decode_adaptive(weights, times, mask=mask), rule))


def test_clipping_can_be_switched_off():
    weights = torch.tensor([[.1, .1, .8]])
    times, durations = torch.tensor([[0., 5., 12.]]), torch.tensor([10.])
    for clip, end in ((True, 10.), (False, 15.)):
        decoder = WindowSpan((1, ), unit='gap', clip=clip)
        assert decoder(weights, times, durations)[0, 1] == end
    for clip, end in ((True, 10.), (False, 12.)):
        assert AdaptiveSpan(clip=clip)(weights, times, durations)[0, 1] == end


def test_takes_weights_with_gradients_and_no_mask():
    weights = torch.rand(2, 5, requires_grad=True)
    spans = AdaptiveSpan()(weights, torch.arange(5.).expand(2, -1),
                           torch.tensor([5., 5.]))
    assert not spans.requires_grad
