import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.attention_spans import spans_from_attention
from cra_plugin.spans.decoding_preset import (
    DECODERS,
    PRESETS,
    decode_spans,
)

PAPER = PRESETS['paper']


def test_videos_of_different_lengths_decode_as_alone(question):
    rng = np.random.default_rng(0)
    questions = [question(f'v{n}', duration=10.0 * n) for n in range(1, 9)]
    attention = {q.key: rng.random(n + 2)**3
                 for n, q in enumerate(questions)}
    times = {q.video_id: np.sort(rng.random(n + 2)) * q.duration
             for n, q in enumerate(questions)}
    spans = spans_from_attention(questions, attention, times, PAPER)
    assert tuple(spans) == DECODERS
    for row, q in enumerate(questions):
        alone = decode_spans(attention[q.key][None],
                             times[q.video_id][None],
                             np.array([q.duration]), PAPER)
        for name in DECODERS:
            np.testing.assert_allclose(spans[name][row], alone[name][0])


def test_a_question_without_weights_has_no_span(question):
    questions = [question(qid='0'), question(qid='1')]
    spans = spans_from_attention(questions, {'v1_1': np.array([0.2, 0.8])},
                                 {}, PAPER)
    assert np.isnan(spans['window'][0]).all()
    assert spans['window'][1].tolist() == [10, 20]


def test_frames_without_times_are_centers_of_equal_parts(question):
    weights = {'v1_0': np.array([0.1, 0.1, 0.1, 0.7])}
    spans = spans_from_attention([question()], weights, {}, PAPER)
    assert spans['adaptive'].tolist() == [[17.5, 17.5]]


def test_faults_are_named(question):
    weights = {'v1_0': np.array([0.5, 0.5])}
    with pytest.raises(InputError, match='att, question v1_0: found 2 w'):
        spans_from_attention([question()], weights, {'v1': np.arange(3)},
                             PAPER, 'att')
    with pytest.raises(InputError, match='no duration'):
        spans_from_attention([question(duration=None)], weights, {}, PAPER)
