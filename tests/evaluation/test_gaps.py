import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.gaps import describe_gaps, find_gaps
from cra_plugin.evaluation.metrics import (
    ANSWER_METRICS,
    METRIC_NAMES,
    SPAN_METRICS,
    compute_metrics,
    compute_metrics_by_type,
)
from cra_plugin.evaluation.priors import compute_priors
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.evaluation.report import build_report
from cra_plugin.evaluation.report_table import render_report

ANSWERS, SPANS = np.array([1, 0]), np.array([[2., 4.], [2., 12.]])


def questions(question, **missing):
    return [question(qid='0', **missing), question(qid='1', **missing)]


@pytest.mark.parametrize('missing, answers, spans, left', [
    ({}, ANSWERS, SPANS, METRIC_NAMES),
    ({}, ANSWERS, None, ANSWER_METRICS), ({}, None, SPANS, SPAN_METRICS),
    ({'spans': ()}, ANSWERS, SPANS, ANSWER_METRICS),
    ({'answer': None}, ANSWERS, SPANS, SPAN_METRICS),
    ({'answer': None}, ANSWERS, None, ()), ({}, None, None, ())])
def test_what_is_left_equals_the_whole(question, missing, answers, spans,
                                       left):
    whole = compute_metrics(QuestionTable.from_questions(questions(question)),
                            ANSWERS, SPANS)
    table = QuestionTable.from_questions(questions(question, **missing))
    metrics = compute_metrics(table, answers, spans)
    assert tuple(metrics) == tuple(whole)
    expected = {name: whole[name] if name in left else None
                for name in METRIC_NAMES}
    assert metrics == {**expected, 'num_questions': 2}
    assert compute_metrics_by_type(table, answers, spans) == {'CW': metrics}
    gaps = find_gaps(table, answers is not None, spans is not None)
    assert set(gaps) == set(METRIC_NAMES) - set(left)


def test_priors_need_spans(question):
    table = QuestionTable.from_questions(questions(question, spans=()))
    assert compute_priors(table, ANSWERS) == {}
    table = QuestionTable.from_questions(questions(question))
    assert compute_priors(table, None)['whole_video']['mIoP'] == 20


def test_reasons_are_said_together(question):
    table = QuestionTable.from_questions(questions(question, answer=None))
    lines = describe_gaps(find_gaps(table, has_spans=False))
    assert [line.partition('(')[2] for line in lines] == [
        'the questions have no answers and no spans are predicted)',
        'the questions have no answers)', 'no spans are predicted)']
    assert lines[1] == 'not computed: Acc@VQA (the questions have no answers)'


def test_some_lack_what_others_have(question):
    for missing, found in (({'spans': ()}, 'no ground-truth span'),
                           ({'answer': None}, 'no answer')):
        mixed = [question(qid='0'), question(qid='1', **missing)]
        with pytest.raises(InputError, match=f'question v1_1: found {found}; '
                           'expected .* as 1 other question'):
            QuestionTable.from_questions(mixed)
    with pytest.raises(InputError, match='2 questions to evaluate: found nei'):
        QuestionTable.from_questions(
            questions(question, answer=None, spans=()))


def test_the_table_of_answers_alone(question):
    report = build_report(questions(question), ANSWERS, {}, 'adaptive',
                          num_unparsed=1)
    assert report['decoder'] is None and report['Acc@VQA'] == 50
    text = render_report(report)
    assert '0 missing, 1 unparsed, 0 unknown' in text.splitlines()[0]
    (row, ) = (line.split() for line in text.splitlines()
               if line.startswith('* answers'))
    assert row[2:] == ['-', '50.0', *['-'] * 11, '2']
    assert '\nnot computed: Acc@GQA, mIoP, IoP@0.3' in text
    assert '\n  middle_third' in text


def test_the_table_of_spans_alone(question):
    report = build_report(questions(question), None, {'spans': SPANS},
                          'spans')
    text = render_report(report)
    # By mIoP, since there is no Acc@GQA.
    assert '\n* whole_video' in text
    assert 'the prior with the best mIoP' in text
    assert 'unparsed' not in text
