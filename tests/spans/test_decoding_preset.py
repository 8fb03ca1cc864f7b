import numpy as np
import pytest

from cra_plugin.spans.decoding_preset import (
    DECODERS,
    PRESETS,
    decode_spans,
)
from cra_plugin.spans.span_merging import merge_spans


def random_inputs(seed):
    rng = np.random.default_rng(seed)
    durations = rng.integers(5, 200, 400).astype(float)
    # As in the real files, the last frames may lie after the duration.
    times = np.sort(rng.random((400, 32)), -1) * (durations + 0.7)[:, None]
    return rng.dirichlet(np.full(32, 0.2), 400), times, durations


@pytest.mark.parametrize('seed', range(5))
def test_paper_spans_lie_in_the_video(seed):
    weights, times, durations = random_inputs(seed)
    spans = decode_spans(weights, times, durations)
    assert tuple(spans) == DECODERS
    for span in spans.values():
        assert (span[:, 0] >= 0).all()
        assert (span[:, 0] <= span[:, 1]).all()
        assert (span[:, 1] <= durations).all()


@pytest.mark.parametrize('name, expected', [
    ('paper', {1, 3, 5}), ('release', {5})])
def test_the_widths_of_windows(name, expected):
    weights, times, _ = random_inputs(0)
    # Seconds are frames, or the gaps between them.
    frames = np.full(400, {'paper': 32., 'release': 31.}[name])
    window = decode_spans(weights, times, frames, PRESETS[name])['window']
    assert set((window[:, 1] - window[:, 0]).round(6)) == expected


def test_merged_comes_from_the_other_two():
    for preset in PRESETS.values():
        spans = decode_spans(*random_inputs(0), preset=preset)
        assert (spans['merged'] == merge_spans(spans['window'],
                                               spans['adaptive'])).all()


def test_released_windows_are_rounded_and_leave_the_video():
    weights = np.eye(32)[[31, 0]]
    times = np.linspace(0, 10, 32)[None].repeat(2, 0)
    spans = decode_spans(weights, times, np.array([10., 10.]),
                         PRESETS['release'])
    # Frame 31 alone is 31/31 to 32/31 of 10 s, frame 0 is 0 to 1/31.
    assert spans['window'].tolist() == [[10.0, 10.3], [0.0, 0.3]]
    paper = decode_spans(weights, times, np.array([10., 10.]))
    np.testing.assert_allclose(paper['window'], [[9.6875, 10], [0, 0.3125]])
