import json

import numpy as np
import pytest

from cra_plugin.spans.adaptive_decoding import decode_adaptive
from tests.helpers.random_frames import random_frames


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
    weights, times, lengths, mask = random_frames(1)
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
    weights, times, _, _ = random_frames(2)
    padded = np.concatenate([weights, np.full((300, 5), 9.)], 1)
    padded_times = np.concatenate([times, np.full((300, 5), 900.)], 1)
    mask = np.broadcast_to(np.arange(17) < 12, padded.shape)
    assert (decode_adaptive(padded, padded_times, mask=mask) ==
            decode_adaptive(weights, times)).all()


def test_samples_do_not_depend_on_their_batch():
    weights, times, _, _ = random_frames(3, size=20)
    alone = [decode_adaptive(w[None], t[None])[0]
             for w, t in zip(weights, times)]
    assert (decode_adaptive(weights, times) == np.array(alone)).all()


def test_scaling_the_weights_changes_nothing():
    weights, times, _, _ = random_frames(4)
    assert (decode_adaptive(weights, times) == decode_adaptive(
        weights * 4 + 1, times)).all()
