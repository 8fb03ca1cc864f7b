import numpy as np
import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.evaluation.metrics import compute_metrics
from cra_plugin.evaluation.priors import PRIORS, best_prior, compute_priors
from cra_plugin.evaluation.question_table import QuestionTable


def test_priors_use_the_answers_of_the_model(question):
    table = QuestionTable.from_questions(
        [question(spans=((9.0, 11.0), )), question(qid='1')])
    priors = compute_priors(table, np.array([1, 0]))
    assert set(priors) == set(PRIORS)
    assert {m['Acc@VQA'] for m in priors.values()} == {50}
    assert priors['middle_point']['Acc@GQA'] == 50
    assert priors['whole_video']['mIoP'] == pytest.approx((10 + 20) / 2)
    # Thirds of 20 s are rounded as NExT-GQA rounds fractions: 6.7 to 13.3.
    third = compute_metrics(table, np.array([1, 0]),
                            np.array([[6.7, 13.3]] * 2))
    assert priors['middle_third'] == third


def test_the_best_prior(question):
    table = QuestionTable.from_questions(
        [question(spans=((9.0, 11.0), )), question(qid='1')])
    priors = compute_priors(table, np.array([1, 1]))
    assert best_prior(priors) == ('middle_point', 50)
    name, value = best_prior(priors, 'mIoU')
    assert name == 'middle_5_of_31'
    assert value == max(m['mIoU'] for m in priors.values())


def test_priors_need_durations(question):
    table = QuestionTable.from_questions([question(duration=None)])
    assert compute_priors(table, np.array([1])) == {}


def test_published_constants(shared_dir):
    questions = find_nextgqa(shared_dir / 'data' / 'nextgqa',
                             'test').questions
    table = QuestionTable.from_questions(questions)
    priors = compute_priors(table, table.answers)
    # mIoP, IoP@0.5, mIoU, IoU@0.5 of NExT-GQA test.
    for name, expected in {
            'middle_point': (24.0, 24.0, 0.0, 0.0),
            'middle_5_of_31': (23.8, 22.0, 11.9, 6.3),
            'whole_video': (21.1, 8.7, 21.1, 8.7)
    }.items():
        values = [priors[name][metric]
                  for metric in ('mIoP', 'IoP@0.5', 'mIoU', 'IoU@0.5')]
        assert values == pytest.approx(expected, abs=0.051)
