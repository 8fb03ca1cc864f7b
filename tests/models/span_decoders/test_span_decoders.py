import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.adaptive_decoding import decode_adaptive
from cra_plugin.spans.decoding_preset import (
    DECODERS,
    PRESETS,
    decode_spans,
)
from cra_plugin.spans.span_merging import merge_spans
from cra_plugin.spans.window_decoding import decode_window

WINDOW, ADAPTIVE = ({'type': 'cra_plugin.WindowSpan'},
                    {'type': 'cra_plugin.AdaptiveSpan'})
MERGED = {'type': 'cra_plugin.MergedSpan', 'first': WINDOW,
          'second': ADAPTIVE}


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


@pytest.mark.parametrize('seed', range(20))
@pytest.mark.parametrize('config', [
    WINDOW, ADAPTIVE, MERGED, {**MERGED, 'rule': 'union'},
    {**WINDOW, 'score': 'sum'}, {**WINDOW, 'excess_ratio': 1.5}])
def test_spans_lie_inside_the_video(config, seed):
    arrays = batch(seed)
    spans = TASK_UTILS.build(config)(*arrays)
    assert spans.shape == (6, 2) and spans.dtype == np.float64
    start, end = spans.T
    assert (start >= 0).all() and (start <= end).all()
    assert (end <= arrays[2] + 1e-9).all()


@pytest.mark.parametrize('name', PRESETS)
def test_configs_decode_as_the_presets(name, request):
    from mmengine.config import Config
    file = 'cra_nextgqa' + ('' if name == 'paper' else f'_{name}')
    config = Config.fromfile(
        str(request.config.rootpath / 'configs' / f'{file}.py'))
    decoders = {key: TASK_UTILS.build(each)
                for key, each in config.model.span_decoders.items()}
    assert set(decoders) == set(DECODERS)
    for seed in range(10):
        arrays = weights, times, durations, mask = batch(seed)
        expected = decode_spans(weights, times, durations, PRESETS[name],
                                mask)
        for key, decoder in decoders.items():
            assert (decoder(*arrays) == expected[key]).all()


def test_each_agrees_with_its_function():
    arrays = weights, times, durations, mask = batch(1)
    for settings in (
            {'widths': [2, 4], 'score': 'sum', 'unit': 'gap', 'clip': False},
            {'widths': [2, 4], 'decimals': 1, 'clip': False},
            {'widths': [1, 7], 'excess_ratio': 3, 'clip': True}):
        assert (TASK_UTILS.build({**WINDOW, **settings})(*arrays)
                == decode_window(weights, mask=mask, durations=durations,
                                 **settings)).all()
    settings = {'distance': 3., 'ratio': 1.1, 'visit_first_frame': False,
                'clip': False}
    assert (TASK_UTILS.build({**ADAPTIVE, **settings})(*arrays)
            == decode_adaptive(weights, times, mask=mask,
                               **settings)).all()
    parts = [TASK_UTILS.build(each)(*arrays) for each in (WINDOW, ADAPTIVE)]
    for rule in ('intersection', 'union'):
        assert (TASK_UTILS.build({**MERGED, 'rule': rule})(*arrays)
                == merge_spans(*parts, rule)).all()


def test_a_setting_goes_before_that_of_its_preset():
    release = {**WINDOW, 'preset': 'release'}
    assert vars(TASK_UTILS.build(release)) == vars(PRESETS['release'].window)
    # None is a setting too: the release rounds.
    changed = TASK_UTILS.build({**release, 'decimals': None, 'clip': True})
    assert (changed.score, changed.decimals, changed.clip) == (
        'sum', None, True)
    adaptive = {**ADAPTIVE, 'preset': 'release', 'clip': True}
    assert not TASK_UTILS.build(adaptive).visit_first_frame
    assert TASK_UTILS.build(adaptive).clip


def test_clipping_can_be_switched_off():
    arrays = (np.array([[.1, .1, .8]]), np.array([[0., 5., 12.]]),
              np.array([10.]))
    for clip, end in ((True, 10.), (False, 15.)):
        decoder = TASK_UTILS.build(
            {**WINDOW, 'widths': (1, ), 'unit': 'gap', 'clip': clip})
        assert decoder(*arrays)[0, 1] == end
    for clip, end in ((True, 10.), (False, 12.)):
        decoder = TASK_UTILS.build({**ADAPTIVE, 'clip': clip})
        assert decoder(*arrays)[0, 1] == end


@pytest.mark.parametrize(('config', 'setting', 'value'), [
    *((WINDOW, 'widths', value) for value in ([], 3, [3, 0], [1.5], 'abc')),
    (WINDOW, 'score', 'max'), (WINDOW, 'unit', 'second'),
    (WINDOW, 'preset', 'relase'), (ADAPTIVE, 'preset', None),
    *((WINDOW, 'decimals', value) for value in (-1, 1.5, True, 400)),
    (WINDOW, 'clip', 'no'), (ADAPTIVE, 'clip', 0),
    *((WINDOW, 'excess_ratio', value) for value in (
        -1, float('nan'), 'much', True)),
    *((ADAPTIVE, 'distance', value) for value in (0, float('inf'), None)),
    (ADAPTIVE, 'ratio', -.1), (ADAPTIVE, 'visit_first_frame', 1),
    (MERGED, 'rule', 'hull')])
def test_settings_that_no_decoder_can_have_are_named(config, setting, value):
    name = config['type'].split('.')[1]
    with pytest.raises(InputError, match=f'^{name}.{setting}: found '):
        TASK_UTILS.build({**config, setting: value})


@pytest.mark.parametrize('field', [
    'window.preset', 'merged.rule', 'merged.first.unit',
    'merged.second.distance'])
def test_the_model_names_the_field_of_its_config(build_grounder, field):
    path = f'span_decoders.{field}'
    with pytest.raises(InputError, match=f'^model.{path}: found .odd.; exp'):
        build_grounder(**{path: 'odd'})
