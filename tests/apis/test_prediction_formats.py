"""Samples of each format in ``tests/data/predictions``, with their metrics.

All say the same of four questions: 1001_0 right, IoP 1, IoU 1/2; 1001_3
right, IoP 1/2, IoU 1/3; 1002_0 wrong, IoP 1/2, IoU 1/2; 1002_7 right, 0, 0.
"""

import json
from pathlib import Path

import pytest

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.errors import InputError
from cra_plugin.evaluation.formats.format_table import FORMATS, choose_format
from cra_plugin.evaluation.formats.prediction_file import read_prediction_file

FOLDER = Path(__file__).resolve().parents[1] / 'data' / 'predictions'
EXPECTED = {'Acc@GQA': 50, 'Acc@VQA': 75, 'mIoP': 50, 'IoP@0.3': 75,
            'IoP@0.5': 75, 'mIoU': 100 / 3, 'IoU@0.3': 75, 'IoU@0.5': 50,
            'UF@0.5': 25, 'Err@0.5': 0, 'num_questions': 4, 'num_missing': 0,
            'num_unknown': 0, 'num_unparsed': 0}
KINDS = ('answers', 'spans', 'attention')
BOTH = {'generic': [dict(answers='predictions.jsonl'),
                    dict(answers='predictions.csv'),
                    dict(spans='predictions.jsonl')],
        'nextgqa': [
            dict(answers='val-res.json', spans=f'val_ground_{kind}.json')
            for kind in ('gs', 'ada', 'cb')],
        'cra_gqa': [dict(answers='val-res.json', spans='val_dump.json'),
                    dict(answers='val_dump.json')]}


def evaluate(name, **files):
    return evaluate_predictions(
        FOLDER / 'annotations', 'val',
        **{kind: FOLDER / name / file if kind in KINDS and isinstance(
            file, str) else file for kind, file in files.items()})


@pytest.mark.parametrize('name, files', [
    (name, files) for name, each in BOTH.items() for files in each])
def test_samples(name, files):
    for forced in (None, name):
        report = evaluate(name, **files, file_format=forced)
        assert {key: report[key] for key in EXPECTED} == pytest.approx(
            EXPECTED)
        assert report['not_computed'] == {}


@pytest.mark.parametrize('path', sorted(FOLDER.glob('*/*pred*.*'))
                         + sorted(FOLDER.glob('*/val[-_]*.json')),
                         ids=lambda path: f'{path.parent.name}/{path.name}')
def test_each_is_recognized_by_its_content(path):
    # Weights of frames are the same in both.
    expected = ('nextgqa' if path.name == 'val_ground_att.json' else
                path.parent.name)
    assert choose_format(read_prediction_file(path)).name == expected
    assert set(BOTH) == set(FORMATS)


def test_weights_of_32_frames():
    report = evaluate('cra_gqa', answers='val-res.json',
                      attention='val_ground_att.json')
    # Points in three of the spans, not in that of 1002_0.
    assert (report['mIoP'], report['mIoU'], report['Acc@GQA']) == (75, 0, 75)


def test_the_name_of_a_file_tells_the_unit(tmp_path, caplog):
    evaluate('nextgqa', spans='val_ground_gs.json')
    assert ('val_ground_gs.json is read as nextgqa, whose spans are fractions '
            'of the duration') in caplog.text
    content = (FOLDER / 'nextgqa' / 'val_ground_gs.json').read_bytes()
    (tmp_path / 'spans.json').write_bytes(content)
    with pytest.raises(InputError, match='give --normalized'):
        evaluate('', spans=tmp_path / 'spans.json')
    named = evaluate('', spans=tmp_path / 'spans.json', normalized=True)
    assert named['mIoP'] == pytest.approx(50)
    with pytest.raises(InputError, match=r'_ground_ada\.json, question 1001_0'
                       ': found spans in seconds, as this format has them'):
        evaluate('nextgqa', spans='val_ground_ada.json', normalized=True)


def test_answers_alone_and_spans_alone():
    report = evaluate('nextgqa', answers='val-res.json')
    assert (report['Acc@VQA'], report['mIoP']) == (75, None)
    assert report['not_computed']['mIoP'] == 'no spans are predicted'
    report = evaluate('nextgqa', spans='val_ground_ada.json')
    assert report['mIoP'] == 50 and report['Acc@VQA'] is None
    assert report['not_computed']['Acc@GQA'] == 'no answers are predicted'


def test_answers_alone_need_no_spans_in_the_annotations(tmp_path):
    """As of NExT-QA's own csv."""
    for name in ('val.csv', 'test.csv'):
        text = (FOLDER / 'annotations' / 'val.csv').read_text()
        (tmp_path / name).write_text(text)
    answers = FOLDER / 'generic' / 'predictions.csv'
    report = evaluate_predictions(tmp_path, 'test', answers)
    assert report['Acc@VQA'] == 75
    # It has spans, which nothing can be compared with.
    assert report['not_computed']['mIoP'] == 'the questions have no spans'
    with pytest.raises(InputError, match=r'gsub_val\.json: found no su'):
        evaluate_predictions(tmp_path, 'val', answers, spans=answers)


@pytest.fixture
def write(tmp_path):
    def write_file(content, name='predictions.json'):
        (tmp_path / name).write_text(
            content if isinstance(content, str) else json.dumps(content))
        return tmp_path / name

    return write_file


UNPARSED = {'1001_0': 1, '1001_3': -1, '1002_0': None, '1002_7': 4}


def test_unparsed_answers_count_as_wrong(write, caplog):
    for content in (UNPARSED, {key: {'prediction': value, 'answer': None}
                               for key, value in UNPARSED.items()}):
        report = evaluate('', answers=write(content), missing='skip')
        assert (report['Acc@VQA'], report['num_unparsed'],
                report['num_missing']) == (50, 2, 0)
    assert '2 questions whose answer is -1 or null, counted as wrong' in (
        caplog.text)
    assert '(1001_3, 1002_0)' in caplog.text


def test_missing_and_several_spans_are_counted(write, caplog):
    report = evaluate('', spans=write({
        '1001_0': [[2, 4], [8, 9]], '1001_3': None, '1002_0': [],
        '1002_7': {'start': 50, 'end': 60}}))
    assert report['mIoP'] == 50 and report['num_missing'] == 0
    assert '2 questions for which no span was predicted' in caplog.text
    assert '1 questions with several spans, of which the first' in caplog.text


def test_what_one_file_has_for_some_questions(write):
    """A record without a span, or without an answer, has none."""
    file = write([{'key': '1001_0', 'prediction': 1, 'span': [2, 4]},
                  {'key': '1001_3', 'prediction': 2},
                  {'key': '1002_0', 'prediction': 3},
                  {'key': '1002_7', 'prediction': 4, 'span': [50, 60]}])
    report = evaluate('', answers=file)
    assert (report['mIoP'], report['num_missing']) == (50, 0)
    file = write({'1001_0': {'span': [2, 4], 'prediction': 1},
                  '1001_3': {'span': [5, 15]}})
    report = evaluate('', spans=file)
    assert (report['Acc@VQA'], report['num_unparsed'],
            report['num_missing']) == (25, 1, 2)


def test_parts_of_one_prediction(write, tmp_path):
    lines = (FOLDER / 'generic' / 'predictions.jsonl').read_text().splitlines(
        keepends=True)
    # The second process repeats a question, as samplers do.
    parts = [write(''.join(lines[:2]), 'output_0.jsonl'),
             write(''.join(lines[1:]), 'output_1.jsonl')]
    assert evaluate('', answers=parts)['Acc@GQA'] == 50
    other = write(lines[1].replace('(C) sing', 'A'), 'output_2.jsonl')
    with pytest.raises(InputError, match=r'output_2\.jsonl, entry 0, question '
                       '1001_3: found another prediction of question 1001_3 '
                       r'than in .*output_0\.jsonl, line 2'):
        evaluate('', answers=[*parts, other])


def test_what_cannot_be_joined_is_counted(write, caplog):
    report = evaluate('', answers=write({
        '1001_0': 1, '1003_0': 'no choices are known here', '1001_9': 2}))
    assert (report['num_unknown'], report['num_missing']) == (2, 3)
    assert 'without an annotation, ignored (1003_0, 1001_9)' in caplog.text


@pytest.mark.parametrize('files, words', [
    (dict(answers={'1001_0': 'I cannot tell'}), '{"1001_0": "D"}'),
    (dict(answers={'1001_0': [2, 4]}), 'give spans by --spans'),
    (dict(answers={'1001_0': {'span': [2, 4]}}), 'give files of spans as'),
    (dict(answers={'1001_0': {'answer': 1}}), 'answer is the right choice'),
    (dict(spans={'1001_0': 1}), '{"1001_0": {"start": 2.0, "end": 5.5}}'),
    (dict(spans={'1001_0': [.1] * 32}), 'frames by --attention'),
    (dict(spans={'1001_0': {'prediction': 1}}), 'files of answers as --answ'),
    (dict(attention={'1001_0': .5}), '{"1001_0": [0.1, 0.7, 0.2]}'),
    (dict(answers='hello'), 'JSON, JSON Lines or a csv'),
    (dict(answers='v,p\n1,2\n'), 'columns video_id,qid,prediction'),
    (dict(answers={'x': 1}), 'keys as 1001_0'), (dict(answers={}), '1001_0'),
    (dict(answers=UNPARSED, file_format='sevila'), "format: found 'sevila'"),
    (dict(), 'answers, spans and attention: found none')])
def test_the_message_shows_what_is_read(write, files, words):
    files = {kind: write(value) if kind in KINDS else value
             for kind, value in files.items()}
    with pytest.raises(InputError) as caught:
        evaluate('', **files)
    assert words in str(caught.value)


def test_a_file_of_two_formats_is_refused(monkeypatch):
    from cra_plugin.evaluation.formats import format_table
    monkeypatch.setattr(format_table, 'PROJECTS', (
        *format_table.PROJECTS, format_table.GENERIC))
    with pytest.raises(InputError, match=r'may be nextgqa or generic.*--for'):
        evaluate('nextgqa', answers='val-res.json')
    assert evaluate('nextgqa', answers='val-res.json',
                    file_format='nextgqa')['Acc@VQA'] == 75


@pytest.mark.parametrize('bounds', [[None, 4], ['2', 4], [6, 2]])
def test_bounds_of_cra_that_are_no_indices(write, bounds):
    file = write({'1001_0': {'prediction': 1, 'gcenter': bounds[0],
                             'gwidth': bounds[1]}})
    with pytest.raises(InputError, match='question 1001_0: found '):
        evaluate('', answers=file)
