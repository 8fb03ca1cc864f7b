import json

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.spans.span_decoding import (
    decode_adaptive,
    decode_window,
    merge_spans,
)


def slow_window(weights, score):
    num_frames, peak = len(weights), int(np.argmax(weights))
    mean = sum(weights) / num_frames
    best = None
    for width in (1, 3, 5):
        width = min(width, num_frames)
        for start in range(num_frames - width + 1):
            if not start <= peak < start + width:
                continue
            total = sum(weights[start:start + width])
            value = {'sum': total, 'mean': total / width,
                     'excess': total - width * mean}[score]
            if best is None or value > best[0] + 1e-12:
                best = (value, start, start + width)
    return best[1], best[2]


def slow_adaptive(weights, times, visit_first_frame):
    low, high = min(weights), max(weights)
    scaled = [(w - low) / ((high - low) or 1) for w in weights]
    peak = int(np.argmax(weights))
    threshold = 1.3 * sum(scaled) / len(scaled)
    ends = [peak, peak]
    first = 0 if visit_first_frame else 1
    for side, frames in enumerate((range(peak - 1, first - 1, -1),
                                   range(peak + 1, len(weights)))):
        for frame in frames:
            apart = abs(times[frame] - times[peak])
            if scaled[frame] / (1 + apart / 10) >= threshold:
                ends[side] = frame
            elif apart > 10:
                break
    return times[ends[0]], times[ends[1]]


def random_batch(seed, size=300, num_frames=12):
    """Weights, times, lengths and mask of videos of different lengths."""
    rng = np.random.default_rng(seed)
    weights = rng.random((size, num_frames))**4
    times = np.sort(rng.random((size, num_frames)) * 60)
    lengths = rng.integers(1, num_frames + 1, size)
    return weights, times, lengths, np.arange(num_frames) < lengths[:, None]


@pytest.mark.parametrize('score, expected', [
    ('mean', (0.2, 0.3)), ('sum', (0.2, 0.7)), ('excess', (0.2, 0.5))
])
def test_each_score_prefers_its_width(score, expected):
    weights = np.array([[.02, .03, .3, .2, .2, .05, .05, .05, .05, .05]])
    span = decode_window(weights, score=score)
    np.testing.assert_allclose(span[0], expected)
    seconds = decode_window(weights, score=score, durations=np.array([30.]))
    np.testing.assert_allclose(seconds[0], np.array(expected) * 30)


def test_steps_are_frames_or_gaps():
    weights = np.eye(5)[[4]]
    assert decode_window(weights, widths=(1, )).tolist() == [[0.8, 1.0]]
    gaps = decode_window(weights, widths=(1, ), unit='gap')
    assert gaps.tolist() == [[1.0, 1.25]]


def test_equal_weights_take_the_first_window():
    for num_frames in (5, 8, 10, 31):
        weights = np.full((2, num_frames), 1 / num_frames)
        for score in ('mean', 'excess'):
            spans = decode_window(weights, score=score)
            assert spans.tolist() == [[0, 1 / num_frames]] * 2


@pytest.mark.parametrize('score', ['mean', 'sum', 'excess'])
def test_windows_equal_a_slow_loop_for_all_lengths(score):
    weights, _, lengths, mask = random_batch(0)
    spans = decode_window(weights, score=score, mask=mask)
    expected = [
        np.array(slow_window(row[:length].tolist(), score)) / length
        for row, length in zip(weights, lengths)
    ]
    np.testing.assert_allclose(spans, expected)
    assert ((spans >= 0) & (spans <= 1)).all()


def test_released_windows_equal_golden(shared_dir):
    for name in ('dev', 'star'):
        golden = np.load(shared_dir / 'golden' / f'cra_forward_{name}.npz')
        spans = decode_window(
            golden['infer_smoothed'], score='sum', unit='gap')
        assert (np.round(spans * 31) == golden['infer_window']).all()
        np.testing.assert_allclose(spans[:, 0], golden['infer_start'],
                                   atol=1e-6)
        np.testing.assert_allclose(spans[:, 1], golden['infer_end'],
                                   atol=1e-6)


def test_adaptive_grows_over_gaps_only_near_the_peak():
    times = np.arange(0, 40, 4.)[None]
    weights = np.array([[0, 0, 0, .9, 0, 1, 0, .9, 0, .9]])
    # 28 s is reached over the low frame at 24 s; 32 s is low and further
    # than 10 s from the peak at 20 s, so 36 s is not visited.
    assert decode_adaptive(weights, times).tolist() == [[12, 28]]
    assert decode_adaptive(weights, times, ratio=3.0).tolist() == [[20, 20]]
    # At a larger distance weights decay less and gaps end nothing.
    assert decode_adaptive(
        weights, times, distance=100.).tolist() == [[12, 36]]


@pytest.mark.parametrize('visit, expected', [(True, 1.0), (False, 2.0)])
def test_the_released_span_never_grows_to_frame_0(visit, expected):
    weights = np.array([[.8, .9, 1., 0, 0, 0, 0]])
    times = np.arange(1., 8.)[None]
    span = decode_adaptive(weights, times, visit_first_frame=visit)
    assert span.tolist() == [[expected, 3.0]]
    # But it may begin there.
    span = decode_adaptive(
        weights[:, ::-1][:, -1:], times[:, :1], visit_first_frame=visit)
    assert span.tolist() == [[1.0, 1.0]]


def test_equal_weights_give_all_frames():
    times = np.arange(1., 61., 5.)[None].repeat(2, 0)
    mask = np.arange(12) < np.array([[12], [4]])
    spans = decode_adaptive(np.full((2, 12), 1 / 12), times, mask=mask)
    assert spans.tolist() == [[1.0, 56.0], [1.0, 16.0]]


@pytest.mark.parametrize('visit', [True, False])
def test_adaptive_spans_equal_a_slow_loop_for_all_lengths(visit):
    weights, times, lengths, mask = random_batch(1)
    spans = decode_adaptive(
        weights, times, visit_first_frame=visit, mask=mask)
    expected = [
        slow_adaptive(w[:n].tolist(), t[:n].tolist(), visit)
        for w, t, n in zip(weights, times, lengths)
    ]
    assert spans.tolist() == [list(span) for span in expected]


def test_released_adaptive_spans_equal_golden(shared_dir):
    folder = shared_dir / 'golden' / 'metrics_val'
    attention = json.loads((folder / 'attention.json').read_text())
    expected = json.loads((folder / 'posthoc_spans.json').read_text())
    times = json.loads((shared_dir / 'data' / 'nextgqa' /
                        'frame2time_val.json').read_text())
    spans = decode_adaptive(
        np.array([attention[key] for key in expected]),
        np.array([times[key.rsplit('_', 1)[0]] for key in expected]),
        visit_first_frame=False)
    assert spans.tolist() == list(expected.values())


def test_padding_changes_nothing():
    weights, times, _, _ = random_batch(2)
    padded = np.concatenate([weights, np.full((300, 5), 9.)], 1)
    padded_times = np.concatenate([times, np.full((300, 5), 900.)], 1)
    mask = np.arange(17) < 12
    mask = np.broadcast_to(mask, padded.shape)
    for score in ('mean', 'sum', 'excess'):
        np.testing.assert_allclose(
            decode_window(padded, score=score, mask=mask),
            decode_window(weights, score=score))
    assert (decode_adaptive(padded, padded_times, mask=mask) ==
            decode_adaptive(weights, times)).all()


def test_samples_do_not_depend_on_their_batch():
    weights, times, _, _ = random_batch(3, size=20)
    alone = [decode_adaptive(w[None], t[None])[0]
             for w, t in zip(weights, times)]
    assert (decode_adaptive(weights, times) == np.array(alone)).all()
    order = np.random.default_rng(0).permutation(20)
    assert (decode_window(weights)[order] == decode_window(
        weights[order])).all()


def test_scaling_the_weights_changes_nothing():
    weights, times, _, _ = random_batch(4)
    assert (decode_adaptive(weights, times) == decode_adaptive(
        weights * 4 + 1, times)).all()


def test_merging():
    first = np.array([[0., 4.], [0., 4.], [0., 4.], [5., 6.]])
    second = np.array([[2., 6.], [4., 6.], [5., 6.], [0., 9.]])
    assert merge_spans(first, second).tolist() == [[2, 4], [4, 4], [5, 6],
                                                   [5, 6]]
    assert merge_spans(first, second, 'union').tolist() == [[0, 6], [0, 6],
                                                            [0, 6], [0, 9]]


@pytest.mark.parametrize(('kwargs', 'message'), [
    (dict(score='max'), "score: found 'max'; expected one of mean, sum, exc"),
    (dict(unit='second'), "unit: found 'second'; expected one of frame, gap"),
])
def test_unknown_scores_and_units_are_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        decode_window(np.eye(3), **kwargs)


def test_unknown_rules_are_refused():
    with pytest.raises(InputError, match="rule: found 'hull'; expected one "
                       'of intersection, union'):
        merge_spans(np.eye(2), np.eye(2), 'hull')
