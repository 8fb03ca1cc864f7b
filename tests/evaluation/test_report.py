import json

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.evaluation.priors import PRIORS
from cra_plugin.evaluation.report import build_report
from cra_plugin.evaluation.report_table import format_percent, render_report


@pytest.fixture
def report(random_predictions):
    questions, answers, spans = random_predictions(0)
    return build_report(questions, answers,
                        {'window': spans, 'adaptive': spans[::-1]},
                        'adaptive', 2, 1)


def test_the_report_holds_every_table(report):
    keys = {*METRIC_NAMES, 'num_questions'}
    assert keys <= set(report)
    for tables in (report['by_type'], report['priors'], report['decoders']):
        assert all(set(metrics) == keys for metrics in tables.values())
    assert report['decoders']['adaptive'] == {k: report[k] for k in keys}
    assert report['decoders']['window'] != report['decoders']['adaptive']
    assert set(report['priors']) == set(PRIORS)
    assert (report['num_missing'], report['num_unknown']) == (2, 1)
    assert sum(m['num_questions'] for m in report['by_type'].values()) == 120
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_one_decoder_is_not_listed_again(question):
    report = build_report([question()], np.array([1]),
                          {'spans': np.array([[2., 6.]])}, 'spans')
    assert 'decoders' not in report
    assert report['PIoU'] is None


def test_the_main_decoder_must_exist(question):
    with pytest.raises(InputError, match=r"'merged'; expected one of \["):
        build_report([question()], np.array([1]),
                     {'spans': np.array([[2., 6.]])}, 'merged')


def test_the_table_shows_every_row(report):
    lines = render_report(report).splitlines()
    assert '120 questions, 2 missing, 1 unknown, 0 spans outside' in lines[0]
    rows = {line[2:].split()[0]: line for line in lines if line[2:].strip()}
    assert rows['adaptive'].startswith('* ')
    assert rows['window'].startswith('  ')
    for kind in ('CW', 'TC', 'TN'):
        values = rows[kind].split()[1:]
        expected = [report['by_type'][kind][name] for name in METRIC_NAMES]
        assert values[:-1] == [f'{value:.1f}' for value in expected]
    assert set(PRIORS) <= set(rows)
    (best, ) = (name for name in PRIORS if rows[name].startswith('* '))
    assert report['priors'][best]['Acc@GQA'] == max(
        metrics['Acc@GQA'] for metrics in report['priors'].values())
    assert '…' not in ''.join(lines)


def test_the_table_fits_100_columns_whatever_the_names(report):
    full = dict.fromkeys(METRIC_NAMES, 100.0) | {'num_questions': 99999}
    long = 'a_type_of_questions_with_a_long_name'
    lines = render_report(report | {
        'by_type': {long: full}, 'num_missing': 34567, 'num_unparsed': 12345,
        'not_computed': dict.fromkeys(METRIC_NAMES, 'none')}).splitlines()
    assert max(map(len, lines)) <= 100
    # Folded, and no letter of it is lost.
    names = ''.join(line[:16].strip() for line in lines)
    assert long in names
    assert any(line.count(' 100.0') == len(METRIC_NAMES) for line in lines)


def test_the_table_of_undefined_metrics(question):
    report = build_report([question(duration=None)], np.array([1]),
                          {'spans': np.array([[2., 6.]])}, 'spans')
    text = render_report(report)
    assert ' - ' in text
    assert 'prior' not in text


def test_spans_that_leave_the_video_are_counted_and_scored(question):
    spans = {'first': np.array([[2., 22.], [3., 5.]]),
             'second': np.array([[-9., 99.], [2., 60.]])}
    questions = [question(), question(qid='1', duration=None)]
    report = build_report(questions, np.array([1, 1]), spans, 'first')
    assert report['num_outside'] == 1
    assert report['mIoP'] == pytest.approx(100 * (4 / 20 + 1) / 2)
    assert '1 span outside the video' in render_report(report)
    # The second question has no duration.
    assert build_report(questions, np.array([1, 1]), spans,
                        'second')['num_outside'] == 1


def test_percents():
    assert [format_percent(value) for value in (None, 0., 33.349, 100.)
            ] == ['-', '0.0', '33.3', '100.0']
