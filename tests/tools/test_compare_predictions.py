"""Models compared by their files, as a user does it."""

import csv
import json

import pytest

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from tests.conftest import REPOSITORY

TOOL = 'analysis_tools/compare_predictions.py'
FOLDER = REPOSITORY / 'tests' / 'data' / 'predictions'
ANNOTATIONS = ('--annotations', FOLDER / 'annotations', '--resamples', 200)
SAMPLE = f'{FOLDER}/nextgqa/val-res.json+{FOLDER}/nextgqa/val_ground_ada.json'
# 1001_0 wrong now, 1001_3 beside the truth; 1002_7 within it.
OTHER = {'1001_0': {'prediction': 0, 'span': [2, 4]},
         '1001_3': {'prediction': 2, 'span': [25, 30]},
         '1002_0': {'prediction': 3, 'span': [0, 20]},
         '1002_7': {'prediction': 4, 'span': [50, 60]}}


@pytest.fixture
def other(tmp_path):
    path = tmp_path / 'other.json'
    path.write_text(json.dumps(OTHER))
    return path


def test_two_models(run_here, other, tmp_path):
    out = tmp_path / 'c.json'
    arguments = (TOOL, f'base={SAMPLE}', other, *ANNOTATIONS, '--json', out,
                 '--csv', tmp_path / 'd.csv', '--picture', tmp_path / 'f.png')
    status, output, errors = run_here(*arguments)
    assert status == 0, errors
    assert 'other less base' in output and '-25.0 [' in output
    assert '4 questions, protocol nextgqa-all' in output
    result = json.loads(out.read_text())
    reports = {
        'base': evaluate_predictions(
            FOLDER / 'annotations', 'val', FOLDER / 'nextgqa/val-res.json',
            spans=FOLDER / 'nextgqa/val_ground_ada.json'),
        'other': evaluate_predictions(FOLDER / 'annotations', 'val', other)}
    for name, report in reports.items():
        for metric, value in result['models'][name].items():
            assert value == pytest.approx(report.get(metric, value)), metric
    pair, = result['comparisons']
    tests = pair['metrics']
    assert tests['Acc@VQA']['difference'] == -25
    assert pair['answers'] == {'only_first': 1, 'only_second': 0, 'p': 1,
                               'p_holm': 1}
    assert pair['by_type']['CW']['metrics']['Acc@VQA']['difference'] == -100
    assert pair['by_type']['TC']['metrics']['mIoP'] == {
        'difference': 100, 'low': 100, 'high': 100, 'p': 1}
    with open(tmp_path / 'd.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert [row['video_id'] + '_' + row['qid'] for row in rows] == [
        '1001_0', '1001_3', '1002_7']
    assert (rows[0]['base: answer'], rows[0]['other: answer'],
            rows[0]['other: right']) == ('run away', 'hide', '0')
    assert (rows[1]['base: IoP'], rows[1]['other: IoP']) == ('0.500', '0.000')
    # The same again, over its own files, and over nobody else's.
    assert run_here(*arguments)[0] == 0
    assert json.loads(out.read_text()) == result
    for name, content in (('c.json', '{"a": 1}'), ('d.csv', 'a,b\n1,2\n'),
                          ('f.png', 'a picture')):
        mine = (tmp_path / name).read_bytes()
        (tmp_path / name).write_text(content)
        status, _, errors = run_here(*arguments)
        assert status == 2 and f'{name}: found a file that this' in errors
        (tmp_path / name).write_bytes(mine)


def test_a_model_against_itself(run_here):
    status, output, errors = run_here(TOOL, f'a={SAMPLE}', f'b={SAMPLE}',
                                      *ANNOTATIONS, '--metrics', 'mIoP')
    assert status == 0, errors
    assert '+0.0 [+0.0, +0.0]  1.000' in output
    assert '0 right by b alone' in output


@pytest.mark.parametrize('against, pairs', [('first', 2), ('all', 3)])
def test_three_models(run_here, other, tmp_path, against, pairs):
    """The more comparisons, the larger the corrected p-values."""
    status, output, errors = run_here(
        TOOL, f'a={SAMPLE}', f'b={other}', f'c={other}', *ANNOTATIONS,
        '--against', against, '--json', tmp_path / 'c.json')
    assert status == 0, errors
    assert 'p (Holm)' in output and 'c less a' in output
    found = json.loads((tmp_path / 'c.json').read_text())['comparisons']
    assert len(found) == pairs
    for each in found:
        test = each['metrics']['mIoU']
        assert test['p'] <= test['p_holm'] <= 1
    tests = [each['metrics']['Acc@VQA'] for each in found]
    assert max(each['p_holm'] for each in tests) >= min(
        1, pairs * min(each['p'] for each in tests))


def test_only_questions_that_count_for_all(run_here, tmp_path, caplog):
    """By the protocol that skips the missing ones."""
    part = tmp_path / 'part.json'
    part.write_text(json.dumps({key: OTHER[key] for key in (
        '1001_0', '1002_0')}))
    words = (TOOL, f'a={SAMPLE}', f'b={part}', *ANNOTATIONS)
    status, output, errors = run_here(*words, '--protocol', 'nextgqa')
    assert status == 0, errors
    assert '2 questions, protocol nextgqa, 2 predictions missing' in output
    assert 'b: warning: 2 questions without' in caplog.text
    assert '4 questions, protocol nextgqa-all' in run_here(*words)[1]


def test_what_only_one_predicts_is_not_compared(run_here, other):
    status, output, errors = run_here(
        TOOL, f'a=spans:{FOLDER}/nextgqa/val_ground_ada.json', f'b={other}',
        *ANNOTATIONS)
    assert status == 0, errors
    assert 'mIoP' in output and 'Acc@VQA' not in output
    assert 'McNemar' not in output


def test_spans_that_are_not_given_are_named(run_here, other, tmp_path,
                                            caplog):
    """Those beside the answers, as ``tools/test.py --dump`` writes them."""
    answers, spans = tmp_path / 'p.json', tmp_path / 'p_spans.json'
    answers.write_text(json.dumps(
        {key: value['prediction'] for key, value in OTHER.items()}))
    spans.write_text(json.dumps(
        {key: value['span'] for key, value in OTHER.items()}))
    for words, fix in (
            ((answers, other), f'{answers}+{spans}'),
            ((other, f'r={FOLDER}/nextgqa/val-res.json'), 'ANSWERS+SPANS')):
        caplog.clear()
        status, output, errors = run_here(TOOL, *words, *ANNOTATIONS)
        assert status == 0 and 'mIoP' not in output, errors
        assert f'give its spans as {fix}\n' in caplog.text
        assert caplog.text.count('answers alone') == 1
    caplog.clear()
    output = run_here(TOOL, f'{answers}+{spans}', other, *ANNOTATIONS)[1]
    assert 'mIoP' in output and 'note' not in caplog.text


@pytest.mark.parametrize('words, expected', [
    (['{s}'], 'models to compare: found 1; expected two or more'),
    (['a={s}', 'a={s}'], 'a name for each'),
    (['{s}+x.json', '{s}'], "the file 'x.json'"),
    (['a={s}', 'b=none.json'], 'none.json'),
    (['a=answers:{r}', 'b=spans:{g}'], 'found answers of one and spans of'),
    (['a={s}', 'b={s}', '--resamples', '5'], '100 to 1,000,000 resamples'),
    (['a={s}', 'b={s}', '--level', '100'], 'less than 100')])
def test_what_cannot_be_compared(run_here, words, expected):
    names = dict(s=SAMPLE, r=FOLDER / 'nextgqa/val-res.json',
                 g=FOLDER / 'nextgqa/val_ground_ada.json')
    status, _, errors = run_here(
        TOOL, *(word.format(**names) for word in words), *ANNOTATIONS[:2],
        *(() if '--resamples' in words else ANNOTATIONS[2:]))
    lines = errors.strip().splitlines()
    assert status == 2 and expected in lines[-1]


def test_a_file_whose_name_has_the_signs(run_here, other, tmp_path):
    odd = tmp_path / 'lr=1e-3+ema.json'
    odd.write_text(other.read_text())
    status, output, errors = run_here(TOOL, odd, other, *ANNOTATIONS)
    assert status == 0, errors
    assert 'other less lr=1e-3+ema' in output
