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
                    dict(answers='val_dump.json')],
        'sevila': [dict(answers='converted.json')],
        'llovi': [dict(answers='qa.json', spans='grounding.json')],
        'hawkeye': [dict(answers=[FOLDER / 'nextgqa' / 'val-res.json'],
                         spans='predictions.jsonl')],
        # Each process has written some; one question is in both files.
        'videomind': [dict(answers=[FOLDER / 'videomind' / 'output_0.json',
                                    FOLDER / 'videomind' / 'output_1.json'])],
        'mupa': [dict(answers='output_0.json')],
        'videochat_r1': [dict(answers='predictions.jsonl')]}


def evaluate(name, **files):
    return evaluate_predictions(
        FOLDER / 'annotations', 'val',
        **{kind: FOLDER / name / file if kind in KINDS and isinstance(
            file, str) else file for kind, file in files.items()})


@pytest.mark.parametrize('name, files', [
    (name, files) for name, each in BOTH.items() for files in each])
def test_samples(name, files):
    # HawkEye's files have no answers.
    for forced in (None, name)[:1 if name == 'hawkeye' else 2]:
        report = evaluate(name, **files, file_format=forced)
        assert {key: report[key] for key in EXPECTED} == pytest.approx(
            EXPECTED)
        assert report['not_computed'] == {}


@pytest.mark.parametrize('path', [
    path for path in sorted(FOLDER.glob('*/*'))
    if path.parent.name != 'annotations'],
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
    assert '1 question with several spans, of which the first' in caplog.text


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
    (dict(answers=UNPARSED, file_format='agqa'), "format: found 'agqa'"),
    (dict(answers=UNPARSED, file_format='mupa'), 'found a JSON dict'),
    (dict(answers=UNPARSED, file_format='sevila'), 'found 1; expected an'),
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


def test_frames_of_sevila():
    """Of 32: 2.4 to 3.4 s, 5.3 to 14.0 s, 30.0 s, 1.0 to 16.5 s."""
    report = evaluate('sevila', answers='raw.json')
    assert report['Acc@VQA'] == 75
    assert report['mIoP'] == pytest.approx(100 * (1 + 4 / 8.7 + 1 + 0) / 4)
    assert report['mIoU'] == pytest.approx(100 * (1 / 4 + 4 / 14.7) / 4)


def changed(name, file, change):
    """The entries of a sample, after a change to the first of them."""
    path = FOLDER / name / file
    entries = list(read_prediction_file(path).content)
    entries[0] = {**entries[0], **change}
    return entries


@pytest.mark.parametrize('name, file, change, words', [
    ('sevila', 'raw.json', {'frame_idx': [32]}, 'list of frames, 0 to 31'),
    ('sevila', 'raw.json', {'frame_idx': [1.5]}, 'found [1.5]'),
    ('sevila', 'raw.json', {'qid': '1001_0'}, '<type>_<video>_..._<qid>'),
    ('sevila', 'raw.json', {'target': 0}, 'field target: found 0'),
    ('videomind', 'output_0.json', {'options': 'AB'}, 'field options'),
    ('videomind', 'output_0.json', {'question': 3}, 'field question: found 3'),
    ('videomind', 'output_0.json', {'ans': 'A'}, "field ans: found 'A'"),
    ('mupa', 'output_0.json', {'pred_span': [[4, 2]]}, 'start <= end'),
    ('videochat_r1', 'predictions.jsonl', {'pred': None}, 'text of the model'),
    ('videochat_r1', 'predictions.jsonl', {'gt': {'answer': '(A)'}},
     "field gt.answer: found '(A)'"),
    ('hawkeye', 'predictions.jsonl', {'video_fname': 1001}, 'found 1001')])
def test_faults_of_projects_are_named(write, name, file, change, words):
    with pytest.raises(InputError) as caught:
        evaluate('', spans=write(changed(name, file, change)),
                 file_format=name)
        evaluate('', answers=write(changed(name, file, change)),
                 file_format=name)
    assert words in str(caught.value)


@pytest.mark.parametrize('name, file, field, value', [
    ('videomind', 'output_0.json', 'response', 'The video does not say.'),
    ('mupa', 'output_0.json', 'pred_answer', '(B) sing'),
    ('videochat_r1', 'predictions.jsonl', 'pred', '<glue>[(2, 4)]</glue>'),
    ('videochat_r1', 'predictions.jsonl', 'pred',
     '<answer>B</answer><answer>C</answer><glue>[(2, 4)]</glue>')])
def test_text_without_an_answer_counts_as_wrong(write, name, file, field,
                                                value):
    report = evaluate('', answers=write(changed(name, file, {field: value})),
                      missing='skip')
    assert report['num_unparsed'] == 1
    assert report['mIoP'] >= 50


@pytest.mark.parametrize('glue', ['from 2 to 4', '[(4, 2)]', '(2, -4)', '',
                                  '[(2, x)]', '2, 4'])
def test_segments_that_cannot_be_read_are_missing(write, caplog, glue):
    report = evaluate('', answers=write(changed(
        'videochat_r1', 'predictions.jsonl',
        {'pred': f'<answer>(B)</answer><glue>{glue}</glue>'})))
    assert report['Acc@VQA'] == 75 and report['mIoP'] == 25
    assert 'no span was predicted, IoP and IoU 0 (1001_0)' in caplog.text


SEGMENTS = '<answer>(B)</answer><glue>[(3, 5), (9, 11), (4, 5)]</glue>'


def test_segments_of_videochat_r1_count_together(write, caplog):
    """3 to 5 s and 9 to 11 s: 2 of 4 seconds are in the 4 of the truth."""
    file = write(changed('videochat_r1', 'predictions.jsonl',
                         {'pred': SEGMENTS}))
    report = evaluate('', answers=file)
    assert report['mIoP'] == pytest.approx(100 * (1 / 2 + .5 + .5) / 4)
    assert report['mIoU'] == pytest.approx(100 * (1 / 3 + 1 / 3 + 1 / 2) / 4)
    assert 'several spans, which count together (1001_0)' in caplog.text
    first = evaluate('', answers=file, protocol='first-span')
    assert first['mIoP'] == pytest.approx(50)
    union = evaluate('videomind', answers=[
        FOLDER / 'videomind' / f'output_{part}.json' for part in (0, 1)],
        protocol='union')
    assert union['mIoP'] < 50
    with pytest.raises(InputError, match="argument protocol: found 'last'"):
        evaluate('', answers=file, protocol='last')


@pytest.mark.parametrize('name, field', [
    ('videomind', 'conf'), ('mupa', 'span_conf')])
def test_the_most_confident_span(write, name, field):
    """2 to 4 s, within the truth, is the first; 0 to 9.5 s has 4 s of it."""
    file = write(changed(name, 'output_0.json', {field: [.1, .3, .2]}))
    protocols = evaluate('', answers=file, protocols=['all'])['protocols']
    first, surest = (protocols[each]['mIoP'] for each in ('first-span',
                                                          'top1'))
    assert first - surest == pytest.approx(100 * (1 - 4 / 9.5) / 4)


@pytest.mark.parametrize('conf', [[.1], ['x', 1, 2], [1, 2, None], 'high'])
def test_confidences_that_are_none(write, conf):
    file = write(changed('videomind', 'output_0.json', {'conf': conf}))
    with pytest.raises(InputError, match=r'found the confidences .*; expected '
                       r'a finite number for each of the 3 spans'):
        evaluate('', answers=file)


def test_confidences_of_a_generic_file(write):
    file = write({'1001_0': {'prediction': 1, 'spans': [[50, 60], [2, 4]],
                             'span_scores': [.1, .2]},
                  '1001_3': {'prediction': 2}})
    protocols = evaluate('', answers=file, missing='skip',
                         protocols=['first-span', 'top1'])['protocols']
    assert [each['mIoP'] for each in protocols.values()] == [0, 25]


def test_failed_grounders_are_named(caplog):
    evaluate('videomind', answers='output_1.json')
    assert '1 question in ' in caplog.text
    assert 'whose grounder failed' in caplog.text and '1002_7' in caplog.text


@pytest.fixture
def twins(tmp_path):
    """The same words about one video, with two sets of choices."""
    rows = (FOLDER / 'annotations' / 'val.csv').read_text()
    (tmp_path / 'val.csv').write_text(
        rows + '1001,why does he leave,c,9,CW,a,b,c,d,e\n')
    spans = json.loads((FOLDER / 'annotations/gsub_val.json').read_text())
    spans['1001']['location']['9'] = [[0, 2]]
    (tmp_path / 'gsub_val.json').write_text(json.dumps(spans))
    return tmp_path


def test_choices_tell_questions_of_the_same_words_apart(twins):
    for name, file in (('videomind', 'output_0.json'),
                       ('mupa', 'output_0.json'),
                       ('videochat_r1', 'predictions.jsonl')):
        report = evaluate_predictions(twins, 'val', FOLDER / name / file,
                                      missing='skip')
        assert report['num_unknown'] == 0
        assert report['by_type']['CW']['num_questions'] == 1
    text = (twins / 'val.csv').read_text().replace('c,9,CW,a,b,c,d,e',
                                                   'sing,9,CW,sing,run away,'
                                                   'hide,dance,cook')
    (twins / 'val.csv').write_text(text)
    for name, file in (('videomind', 'output_0.json'),
                       ('videochat_r1', 'predictions.jsonl')):
        with pytest.raises(InputError, match='may be 1001_0 or 1001_9'):
            evaluate_predictions(twins, 'val', FOLDER / name / file)


def test_hawkeye_does_not_know_which_of_two_was_meant(twins, write):
    file = FOLDER / 'hawkeye' / 'predictions.jsonl'
    # The model was asked the same, so both have its span.
    report = evaluate_predictions(twins, 'val', spans=file)
    assert report['num_missing'] == 0
    assert report['mIoP'] == pytest.approx(100 * 2 / 5)
    lines = file.read_text()
    first = json.loads(lines.splitlines()[0])
    twice = [first, {**first, 'question': 'WHY does he leave',
                     'pred_span': [0, 1]}]
    with pytest.raises(InputError, match='line 6: found another span for'):
        evaluate_predictions(twins, 'val', spans=write(
            lines + '\n'.join(map(json.dumps, twice))))


def test_the_longest_question_in_a_prompt_is_asked(twins):
    text = (twins / 'val.csv').read_text().replace(
        'why does he leave,c,9,CW,a,b,c,d,e',
        'why does,run away,9,CW,hide,run away,sing,dance,cook')
    (twins / 'val.csv').write_text(text)
    report = evaluate_predictions(
        twins, 'val', FOLDER / 'videochat_r1' / 'predictions.jsonl')
    assert (report['num_missing'], report['num_unknown']) == (1, 0)


def test_words_that_nobody_asked_are_unknown(write, caplog):
    for name, file in (('videomind', 'output_0.json'),
                       ('hawkeye', 'predictions.jsonl')):
        entries = changed(name, file, {'question': 'why not'})
        report = evaluate('', spans=write(entries))
        assert report['num_unknown'] == 1
    assert '1001.mp4: why not' in caplog.text
