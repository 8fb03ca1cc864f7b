import json

import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.formats.prediction_file import read_prediction_file

ROWS = [{'key': 'v_0', 'prediction': 'run, away'}, {'key': 'v_1',
                                                   'prediction': 'B'}]


def read(tmp_path, text, name='file'):
    path = tmp_path / name
    path.write_text(text, encoding='utf-8')
    return read_prediction_file(path)


@pytest.mark.parametrize('text', [
    '{"v_0": 1}', '\ufeff{"v_0": 1}', '\n {\n"v_0":\n1}\n'])
def test_json(tmp_path, text):
    found = read(tmp_path, text)
    assert found.content == {'v_0': 1} and found.places == ()


def test_a_list_names_its_entries(tmp_path):
    found = read(tmp_path, json.dumps(ROWS, indent=1))
    assert [where.rpartition(', ')[2] for where, _ in found.entries()] == [
        'entry 0', 'entry 1']


@pytest.mark.parametrize('name', ['file', 'a.jsonl', 'a.json'])
def test_json_lines(tmp_path, name):
    text = '\n\n'.join(map(json.dumps, ROWS)) + '\r\n'
    found = read(tmp_path, text, name)
    assert found.content == ROWS and found.places == ('line 1', 'line 3')
    single = read(tmp_path, json.dumps(ROWS[0]) + '\n', name)
    assert single.content == ROWS[0]


@pytest.mark.parametrize('delimiter', [',', ';', '\t'])
@pytest.mark.parametrize('end', ['\n', '\r\n'])
def test_tables(tmp_path, delimiter, end):
    lines = [('key', ' prediction'), ('v_0', '"run, away"'), ('v_1', 'B')]
    text = '\ufeff' + end.join(map(delimiter.join, lines))
    found = read(tmp_path, text)
    assert found.content == ROWS and found.places == ('line 2', 'line 3')


@pytest.mark.parametrize('text, words', [
    (' \n', 'an empty file'), ('hello', "the text 'hello' alone"),
    ('key,prediction\n', 'a header'), ('a,a\n1,2', 'every column once'),
    ('key,prediction\nv_0,run, away', 'line 2: found 3 cells; expected 2'),
    ('key,prediction\nv_0,"B', 'unreadable text'),
    ('{"v_0": 1', 'not JSON'), ('{"v_0": 1}\n{"v_1": 2', 'line 2: found te'),
    ('{"v": 1}\n\n{"v": 1, "v": 2}', "line 3: found the key 'v' twice"),
    ('[{]\n{"v": 1}', 'not JSON')])
def test_faults_are_named(tmp_path, text, words):
    with pytest.raises(InputError, match='file') as caught:
        read(tmp_path, text)
    assert words in str(caught.value)


def test_a_broken_first_line(tmp_path):
    with pytest.raises(InputError, match=r'a\.jsonl, line 1: found text'):
        read(tmp_path, '{"key": "v_0"\n{"key": "v_1"}', 'a.jsonl')
