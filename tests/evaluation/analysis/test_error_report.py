"""Each analysis by hand, on a few questions."""

import numpy as np
import pytest

from cra_plugin.evaluation.analysis import breakdown, calibration
from cra_plugin.evaluation.analysis.breakdown import break_down
from cra_plugin.evaluation.analysis.calibration import calibrate
from cra_plugin.evaluation.analysis.faithfulness import (
    pair_overlaps,
    tabulate_faithfulness,
)
from cra_plugin.evaluation.analysis.span_shapes import describe_spans
from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.metrics import compute_metrics
from cra_plugin.evaluation.question_scores import score_questions
from cra_plugin.evaluation.question_table import QuestionTable


def table_of(question, *fields):
    return QuestionTable.from_questions([
        question(qid=str(place), **each)
        for place, each in enumerate(fields)])


def test_faithfulness(question):
    table = table_of(question, *[{'type': kind} for kind in (
        'CW', 'CW', 'TN', 'TN', 'TN')])
    found = tabulate_faithfulness(
        table, np.array([True, True, True, False, False]),
        np.array([.5, .4, 0, .9, .2]))
    assert found['0.5']['all'] == {
        'right_grounded': 20, 'right_ungrounded': 40, 'wrong_grounded': 20,
        'wrong_ungrounded': 20, 'num_questions': 5,
        'grounded_if_right': pytest.approx(100 / 3), 'grounded_if_wrong': 50,
        'right_if_grounded': 50, 'right_if_ungrounded': pytest.approx(200 / 3)}
    assert found['0.3']['all']['right_grounded'] == 40
    assert found['0.5']['CW']['grounded_if_wrong'] is None
    assert found['0.5']['TN']['num_questions'] == 3


def test_faithfulness_says_what_the_metrics_say(random_predictions):
    questions, answers, spans = random_predictions(0)
    table = QuestionTable.from_questions(questions)
    scores = score_questions(table, answers, spans)
    metrics = compute_metrics(table, answers, spans)
    for threshold, groups in tabulate_faithfulness(
            table, scores.right, scores.overlaps[0]).items():
        cells = groups['all']
        assert cells['right_ungrounded'] == pytest.approx(
            metrics[f'UF@{threshold}'])
        assert cells['wrong_ungrounded'] == pytest.approx(
            metrics[f'Err@{threshold}'])
    assert cells['right_grounded'] == pytest.approx(metrics['Acc@GQA'])
    pairs = pair_overlaps(table, CandidateSpans.from_array(spans))
    assert pairs['predicted'] == pytest.approx(metrics['PIoU'])
    own = pair_overlaps(table, CandidateSpans.from_array(table.spans[:, 0]))
    assert own['predicted'] == own['truth'] == pairs['truth']


def test_spans_beside_the_true_ones(question):
    table = table_of(question, {'spans': ((2, 6), (10, 20))},
                     {'spans': ((0, 20), )})
    shapes = describe_spans(table, CandidateSpans.from_array(
        np.array([[0, 4], [np.nan, np.nan]])))
    length, part, center = (shapes[name] for name in (
        'length_seconds', 'length_fraction', 'center_fraction'))
    assert length['predicted']['mean'] == 4
    assert length['truth']['mean'] == pytest.approx(34 / 3)
    assert (length['predicted']['num_spans'], length['truth']['num_spans']
            ) == (1, 3)
    assert part['truth']['quantiles']['50'] == .5
    assert center['predicted']['mean'] == .1
    # 4, 15 and 10 of 20 seconds, in 20 bins; the distance to 2 of each.
    assert np.flatnonzero(center['truth']['shares']).tolist() == [4, 10, 15]
    assert center['distance'] == pytest.approx((.1 + .4 + .65) / 3)
    for each in (length, part, center):
        for side in ('predicted', 'truth'):
            assert sum(each[side]['shares']) == pytest.approx(100)


def test_spans_of_unknown_duration_and_none_at_all(question):
    table = table_of(question, {'duration': None}, {})
    spans = CandidateSpans.from_array(np.array([[0., 4], [1, 2]]))
    assert list(describe_spans(table, spans)) == ['length_seconds']
    nothing = CandidateSpans.from_array(np.full((2, 2), np.nan))
    assert describe_spans(table, nothing) == {}
    points = CandidateSpans.from_array(np.full((2, 2), 4.))
    assert describe_spans(table, points)['length_seconds']['predicted'][
        'shares'][0] == 100


def test_breakdown(question, monkeypatch):
    monkeypatch.setattr(breakdown, 'GROUPS', 2)
    table = table_of(
        question, {'spans': ((0, 2), )}, {'spans': ((2, 6), (8, 9))},
        {'spans': ((9, 19), ), 'duration': 40.},
        {'spans': tuple((float(at), at + .5) for at in range(7))})
    scores = score_questions(table, np.array([1, 1, 0, 1]), np.array(
        [[0, 2], [2, 4], [0, 5], [0, .5]]))
    found = break_down(table, scores)
    short, long = found['span_length']
    assert (short['low'], short['high'], long['high']) == (.5, 3, 10)
    assert [short['num_questions'], long['num_questions']] == [2, 2]
    assert (short['Acc@VQA'], long['Acc@VQA'], long['mIoP']) == (100, 50, 50)
    assert [(each['low'], each['high'], each['num_questions'])
            for each in found['num_spans']] == [(1, 1, 2), (2, 2, 1),
                                                (7, 7, 1)]
    assert [each['num_questions'] for each in found['position']] == [4]
    assert [each['high'] for each in found['video_length']] == [40]
    for groups in found.values():
        assert sum(each['num_questions'] for each in groups) == 4


def test_breakdown_of_answers_alone(question):
    table = table_of(question, {'spans': ()}, {'spans': (), 'answer': 2})
    found = break_down(table, score_questions(table, np.array([1, 1]), None))
    assert found == {'video_length': [{
        'low': 20, 'high': 20, 'num_questions': 2, 'Acc@VQA': 50}]}


def test_calibration():
    scores = [np.array(row) for row in (
        [.9, .1], [.2, .8], [.55, .45], [.5, .5])]
    found = calibrate(scores, np.array([0, 1, 1, -1]),
                      np.array([True, False, True, False]))
    bins = [(each['num_questions'], each['accuracy'])
            for each in found['bins']]
    # Confidence 0, .45, .8 and .9 are in bins of their own.
    assert bins == [(1, 0), (1, 100), (1, 0), (1, 100)]
    assert found['ECE'] == pytest.approx((0 + 55 + 80 + 10) / 4)
    assert found['MCE'] == pytest.approx(80)
    assert found['accuracy'] == 50 and found['scores_are'] == 'probabilities'


def test_a_bin_has_its_upper_edge(monkeypatch):
    monkeypatch.setattr(calibration, 'BINS', 2)
    found = calibrate([np.array([.5, .5]), np.array([.75, .25])],
                      np.zeros(2, int), np.array([True, False]))
    assert [each['confidence'] for each in found['bins']] == [50, 75]


def test_logits_are_calibrated_by_their_softmax():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 5))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    right = rng.random(20_000) < shares.max(1)
    found = calibrate(list(logits), logits.argmax(1), right)
    assert found['scores_are'] == 'logits' and found['ECE'] < 1.5
    overconfident = calibrate(list(2 * logits), logits.argmax(1), right)
    assert overconfident['ECE'] > 5
    # Rounded, as files have them.
    assert calibrate(list(shares.round(3)), logits.argmax(1),
                     right)['ECE'] == pytest.approx(found['ECE'], abs=.1)
