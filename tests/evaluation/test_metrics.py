import itertools

import numpy as np
import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.errors import InputError
from cra_plugin.evaluation.metrics import (
    METRIC_NAMES,
    compute_metrics,
    compute_metrics_by_type,
)
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.fractional_spans import seconds_from_fractions
from cra_plugin.spans.span_merging import merge_spans


def evaluate(questions, answers, spans):
    return compute_metrics(
        QuestionTable.from_questions(questions), np.array(answers),
        np.array(spans, float))


def slow_metrics(questions, answers, spans):
    """The definitions, one question after another."""
    rows, overlaps = [], {}
    for question, answer, (start, end) in zip(questions, answers, spans):
        iop = iou = 0.0
        if not np.isnan(start):
            for a, b in question.spans:
                common = max(0.0, min(end, b) - max(start, a))
                union = (end - start) + (b - a) - common
                point = float(a <= start <= b)
                iop = max(iop, common / (end - start) if end > start else
                          point)
                iou = max(iou, common / union if union else 0.0)
            overlaps.setdefault(question.video_id, []).append((start, end))
        right = answer == question.answer
        row = {'Acc@GQA': right and iop >= 0.5, 'Acc@VQA': right,
               'mIoP': iop, 'mIoU': iou}
        for t in (0.3, 0.5):
            row.update({f'IoP@{t}': iop >= t, f'IoU@{t}': iou >= t,
                        f'UF@{t}': right and iop < t,
                        f'Err@{t}': not right and iop < t})
        rows.append(row)
    videos = []
    for predicted in overlaps.values():
        values = []
        for (a, b), (c, d) in itertools.combinations(predicted, 2):
            common = max(0.0, min(b, d) - max(a, c))
            union = (b - a) + (d - c) - common
            values.append(common / union if union else 0.0)
        if values:
            videos.append(np.mean(values))
    means = {name: 100 * np.mean([row[name] for row in rows])
             for name in rows[0]}
    means['PIoU'] = 100 * np.mean(videos) if videos else None
    return {**means, 'num_questions': len(rows)}


def test_hand_computed_metrics(question):
    questions = [
        question(qid='0', spans=((2, 6), (10, 20))),
        question(qid='1', spans=((0, 10), )),
        question(qid='2', answer=4),
        question('v2', '0'),
    ]
    spans = [(5, 9), (8, 12), (8, 8), (3, 3)]
    metrics = evaluate(questions, [1, 1, 0, 1], spans)
    assert metrics.pop('PIoU') == pytest.approx(100 * (1 / 7 + 0 + 0) / 3)
    assert metrics.pop('mIoU') == pytest.approx(100 * (1 / 7 + 1 / 6) / 4)
    assert metrics == {
        'Acc@GQA': 50, 'Acc@VQA': 75, 'mIoP': 43.75, 'IoP@0.3': 50,
        'IoP@0.5': 50, 'IoU@0.3': 0, 'IoU@0.5': 0, 'UF@0.3': 25,
        'UF@0.5': 25, 'Err@0.3': 25, 'Err@0.5': 25, 'num_questions': 4
    }


def test_perfect_predictions(question):
    questions = [question(qid=str(i), spans=((i, i + 2.0), ))
                 for i in range(4)]
    metrics = evaluate(questions, [1] * 4, [q.spans[0] for q in questions])
    assert [metrics[name] for name in METRIC_NAMES if name != 'PIoU'
            ] == [100] * 8 + [0] * 4


@pytest.mark.parametrize('seed', range(6))
def test_metrics_equal_a_slow_loop(seed, random_predictions):
    questions, answers, spans = random_predictions(seed)
    answers[::7] = -1
    spans[::5] = np.nan
    metrics = evaluate(questions, answers, spans)
    assert tuple(metrics) == (*METRIC_NAMES, 'num_questions')
    assert metrics == pytest.approx(slow_metrics(questions, answers, spans))
    table = QuestionTable.from_questions(questions)
    by_type = compute_metrics_by_type(table, answers, spans)
    assert set(by_type) == {'CW', 'TN', 'TC'}
    for kind, values in by_type.items():
        rows = [i for i, q in enumerate(questions) if q.type == kind]
        assert values == pytest.approx(slow_metrics(
            [questions[i] for i in rows], answers[rows], spans[rows]))


def test_the_order_of_questions_does_not_matter(random_predictions):
    questions, answers, spans = random_predictions(9)
    order = np.random.default_rng(0).permutation(len(questions))
    assert evaluate(questions, answers, spans) == pytest.approx(
        evaluate([questions[i] for i in order], answers[order],
                 spans[order]))


def test_right_answers_are_grounded_or_unfaithful(random_predictions):
    metrics = evaluate(*random_predictions(10))
    assert metrics['Acc@GQA'] + metrics['UF@0.5'] == pytest.approx(
        metrics['Acc@VQA'])
    assert metrics['IoP@0.3'] + metrics['UF@0.3'] + metrics[
        'Err@0.3'] == pytest.approx(100)


def test_piou_is_undefined_without_two_spans_on_a_video(question):
    questions = [question('v1'), question('v2')]
    assert evaluate(questions, [1, 1], [(0, 1)] * 2)['PIoU'] is None
    questions = [question(qid='1'), question(qid='2')]
    assert evaluate(questions, [1, 1], [(0, 1)] * 2)['PIoU'] == 100
    missing = [(0, 1), (np.nan, np.nan)]
    assert evaluate(questions, [1, 1], missing)['PIoU'] is None


def test_a_missing_span_is_no_point_at_zero(question):
    questions = [question(spans=((0.0, 4.0), ))]
    metrics = evaluate(questions, [1], [(np.nan, np.nan)])
    assert (metrics['mIoP'], metrics['Acc@GQA'], metrics['UF@0.3']
            ) == (0, 0, 100)


@pytest.mark.parametrize('fault, found', [
    (dict(answer=None), 'no answer'), (dict(spans=()), 'no ground-truth')
])
def test_questions_need_a_truth(question, fault, found):
    with pytest.raises(InputError, match=f'v1_7: found {found}'):
        QuestionTable.from_questions([question(), question(qid='7', **fault)])
    with pytest.raises(InputError, match='found none'):
        QuestionTable.from_questions([])


@pytest.fixture
def evaluate_golden(shared_dir, golden):
    """Evaluate spans by key, on the questions of given keys."""
    annotated = find_nextgqa(shared_dir / 'data' / 'nextgqa', 'val')
    answers = golden('answers')

    def evaluate_spans(spans, keys=None):
        questions = [q for q in annotated.questions
                     if keys is None or q.key in keys]
        return evaluate(questions,
                        [answers[q.key]['prediction'] for q in questions],
                        [spans[q.key] for q in questions])

    return evaluate_spans


def test_golden_subset(evaluate_golden, golden):
    keys = set(sorted(golden('answers'))[::3])
    expected = golden('expected_metrics')['subset_every_third_sorted']
    metrics = evaluate_golden(golden('spans_seconds'), keys)
    assert {name: metrics[name]
            for name in expected} == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize('name, rule', [('merge_itsc', 'intersection'),
                                        ('merge_uni', 'union')])
def test_golden_merges(evaluate_golden, golden, shared_dir, name, rule):
    durations = find_nextgqa(shared_dir / 'data' / 'nextgqa',
                             'val').durations
    posthoc = golden('posthoc_spans')
    fractions = golden('spans_normalized')
    keys = list(posthoc)
    seconds = seconds_from_fractions(
        np.array([fractions[key] for key in keys]),
        np.array([durations[key.split('_')[0]] for key in keys]))
    merged = merge_spans(seconds, np.array([posthoc[k] for k in keys]), rule)
    metrics = evaluate_golden(dict(zip(keys, merged)))
    expected = golden('expected_metrics')[name]
    assert {key: metrics[key]
            for key in expected} == pytest.approx(expected, abs=1e-6)


def test_true_spans_of_a_video_differ(shared_dir):
    annotated = find_nextgqa(shared_dir / 'data' / 'nextgqa', 'test')
    answers = [q.answer for q in annotated.questions]
    # Published: 21.3, by an unpublished choice among several spans.
    for index, expected in ((0, 21.14), (-1, 21.25)):
        spans = [q.spans[index] for q in annotated.questions]
        metrics = evaluate(annotated.questions, answers, spans)
        assert metrics['PIoU'] == pytest.approx(expected, abs=0.006)
