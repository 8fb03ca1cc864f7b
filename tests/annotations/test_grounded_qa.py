"""Questions of one's own: three formats, one meaning."""

import csv
import json

import pytest

from cra_plugin.annotations.formats import find_annotations
from cra_plugin.annotations.grounded_qa import read_grounded_qa
from cra_plugin.errors import InputError

FULL = {'video': 'kitchen', 'question': 'What does the cook stir?',
        'choices': ['soup', 'tea', '3'], 'answer': 'tea',
        'spans': [[2, 4.5], [7, 8]], 'type': 'TC', 'duration': 12,
        'qid': 'q_1'}
BARE = {'video': 'kitchen', 'question': 'How many cups?',
        'choices': ['1', '2', '3']}


def write(folder, suffix, records):
    path = folder / f'mine{suffix}'
    if suffix == '.json':
        path.write_text(json.dumps(records))
    elif suffix == '.jsonl':
        path.write_text('\n\n'.join(map(json.dumps, records)) + '\n')
    else:
        columns = list(dict.fromkeys(key for each in records for key in each))
        with open(path, 'w', newline='') as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows({
                key: json.dumps(value) if isinstance(value, list) else value
                for key, value in each.items()} for each in records)
    return path


@pytest.mark.parametrize('suffix', ['.csv', '.json', '.jsonl'])
def test_the_formats_say_the_same(tmp_path, suffix):
    annotations = read_grounded_qa(write(tmp_path, suffix, [FULL, BARE]))
    full, bare = annotations.questions
    assert full.key == 'kitchen_q_1' and bare.key == 'kitchen_1'
    assert (full.answer, bare.answer) == (1, None)
    assert full.spans == ((2.0, 4.5), (7.0, 8.0)) and bare.spans == ()
    assert full.choices == ('soup', 'tea', '3')
    assert (full.type, bare.type) == ('TC', '')
    assert annotations.durations == {'kitchen': 12.0}
    assert bare.duration == 12.0
    assert find_annotations('grounded_qa', tmp_path,
                            'mine').questions == annotations.questions


def test_a_text_with_a_line_separator(tmp_path):
    path = tmp_path / 'mine.jsonl'
    path.write_text(json.dumps(BARE | {'question': 'One\u2028two?'},
                               ensure_ascii=False), encoding='utf-8')
    question, = read_grounded_qa(path).questions
    assert question.question == 'One\u2028two?'


def test_answers_by_index_and_choices_in_columns(tmp_path):
    path = tmp_path / 'mine.csv'
    path.write_text('video,question,a0,a1,a10,a2,answer,spans\n'
                    'v,Who?,cat,dog,"hen, red",cow,3,"[1, 2]"\n'
                    'w,Who?,cat,dog,hen,cow,0,\n')
    first, second = read_grounded_qa(path).questions
    assert first.choices == ('cat', 'dog', 'cow', 'hen, red')
    assert (first.answer, second.answer) == (3, 0)
    assert first.spans == ((1.0, 2.0), ) and second.spans == ()
    entries = [{**BARE, 'answer': 2}, {**BARE, 'answer': '2', 'video': 'w'}]
    indexed, texted = read_grounded_qa(
        write(tmp_path, '.json', entries)).questions
    assert (indexed.answer, texted.answer) == (2, 1)


@pytest.mark.parametrize(('change', 'message'), [
    ({'video': None}, 'field video: found none'),
    ({'question': ' '}, 'field question'),
    ({'choices': ['one']}, 'field choices'),
    ({'choices': ['one', 2]}, 'field choices'),
    ({'choices': None}, 'field choices'),
    ({'answer': 'milk'}, "field answer: found 'milk'"),
    ({'answer': 3}, 'its index, 0 to 2'),
    ({'answer': True}, 'field answer'),
    ({'spans': [4, 2]}, 'field spans'),
    ({'spans': [[1, 2], 3]}, 'field spans'),
    ({'spans': {'start': 1}}, 'field spans'),
    ({'spans': [-1, 2]}, 'field spans'),
    ({'spans': [[1, 30]]}, 'an end at 30 s'),
    ({'duration': 0}, 'field duration'),
    ({'duration': 'long'}, 'field duration'),
    ({'qid': []}, 'field qid')])
def test_what_is_wrong_is_named(tmp_path, change, message):
    path = write(tmp_path, '.json', [{**FULL, **change}])
    with pytest.raises(InputError, match=r'mine\.json, entry 0') as caught:
        read_grounded_qa(path)
    assert message in str(caught.value)


def test_records_that_contradict_each_other(tmp_path):
    with pytest.raises(InputError, match=r"'kitchen_q_1' again .*entry 0"):
        read_grounded_qa(write(tmp_path, '.json', [FULL, FULL]))
    other = {**BARE, 'duration': 13}
    with pytest.raises(InputError, match='found 13 s; expected 12 s'):
        read_grounded_qa(write(tmp_path, '.jsonl', [FULL, other]))


@pytest.mark.parametrize(('name', 'text', 'message'), [
    ('mine.txt', '', r"suffix '\.txt'"), ('mine.json', '[]', 'no records'),
    ('mine.json', '[1]', 'entry 0: found 1'),
    ('mine.jsonl', '{"video": "v"}\n{', 'line 2: found text that is not'),
    ('mine.jsonl', '{"video": "v"}\n{"qid": 1, "qid": 2}',
     "line 2: found the key 'qid' twice"),
    ('mine.csv', 'video,video\n', 'every column once'),
    ('mine.csv', 'video,question\nv\n', 'line 2: found another number'),
    ('mine.csv', 'video,question,choices\nv,q,soup\n', 'field choices')])
def test_files_that_are_none(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        read_grounded_qa(tmp_path / name)


def test_a_split_of_two_files_is_ambiguous(tmp_path):
    for suffix in ('.csv', '.json'):
        write(tmp_path, suffix, [FULL])
    with pytest.raises(InputError, match=r'mine\.csv and mine\.json'):
        find_annotations('grounded_qa', tmp_path, 'mine')
    with pytest.raises(InputError, match='no such file'):
        find_annotations('grounded_qa', tmp_path, 'other')
