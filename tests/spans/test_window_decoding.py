import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.spans.window_decoding import decode_window
from tests.helpers.random_frames import random_frames


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
    weights, _, lengths, mask = random_frames(0)
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


def test_padding_changes_nothing():
    weights, _, _, _ = random_frames(2)
    padded = np.concatenate([weights, np.full((300, 5), 9.)], 1)
    mask = np.broadcast_to(np.arange(17) < 12, padded.shape)
    for score in ('mean', 'sum', 'excess'):
        np.testing.assert_allclose(
            decode_window(padded, score=score, mask=mask),
            decode_window(weights, score=score))


def test_samples_do_not_depend_on_their_batch():
    weights, _, _, _ = random_frames(3, size=20)
    order = np.random.default_rng(0).permutation(20)
    assert (decode_window(weights)[order] == decode_window(
        weights[order])).all()


@pytest.mark.parametrize(('ratio', 'width'), [
    (0., 9), (1., 5), (1.5, 3), (4., 1)])
def test_the_excess_ratio_makes_windows_narrower(ratio, width):
    weights = np.array([[.02, .02, .08, .12, .13, .18, .15, .1, .08, .06,
                         .04, .02]])
    start, end = decode_window(weights, (1, 3, 5, 7, 9),
                               excess_ratio=ratio)[0]
    assert (end - start) * 12 == pytest.approx(width)


def test_windows_wider_than_the_video_cost_nothing():
    weights = np.array([[.2, .8, 0.], [.5, .3, .2]])
    mask = np.array([[True, True, False], [True] * 3])
    assert decode_window(weights, [10**12], 'sum',
                         mask=mask).tolist() == [[0, 1]] * 2


def test_spans_are_rounded_before_they_are_clipped():
    found = decode_window(np.eye(3)[[2]], [1], unit='gap', decimals=1,
                          durations=np.array([9.96]), clip=True)
    assert found.tolist() == [[9.96, 9.96]]
    fractions = decode_window(np.eye(3)[[2]], [1], unit='gap', clip=True)
    assert fractions.tolist() == [[1, 1]]


@pytest.mark.parametrize(('kwargs', 'message'), [
    (dict(score='max'), "score: found 'max'; expected one of mean, sum, exc"),
    (dict(unit='second'), "unit: found 'second'; expected one of frame, gap"),
])
def test_unknown_scores_and_units_are_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        decode_window(np.eye(3), **kwargs)
