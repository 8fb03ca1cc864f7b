import json

import pytest

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.annotations.formats import (
    FORMATS,
    AnnotationFormat,
    add_format,
    find_annotations,
    read_annotations,
    read_question_file,
    sniff_format,
)
from cra_plugin.annotations.nextgqa import read_nextgqa
from cra_plugin.errors import InputError

STAR = [{'question_id': 'Sequence_T2_8', 'video_id': 'v', 'question': 'q?',
         'answer': 'b', 'choices': [{'choice_id': index, 'choice': text}
                                    for index, text in enumerate('abcd')]}]


@pytest.mark.parametrize('name', ['STAR_val.json', 'split.JSON'])
def test_json_is_star(tmp_path, name):
    path = tmp_path / name
    path.write_text(json.dumps(STAR))
    for given in (path, str(path)):
        found = read_question_file(given)
        assert [question.qid for question in found.questions] == [
            'Sequence_T2_8']
        assert found.source == str(path)


@pytest.mark.parametrize('name', ['val.csv', 'VAL.CSV'])
def test_csv_is_nextgqa(split, name):
    path = split.write() / 'val.csv'
    expected = read_nextgqa(path).questions
    path = path.rename(path.with_name(name))
    found = read_question_file(path)
    assert found.questions == expected
    assert {question.spans for question in found.questions} == {()}
    assert found.source == str(path)


@pytest.mark.parametrize(('name', 'text'), [
    ('own.jsonl', '{"video": "v", "question": "q?", "choices": ["a", "b"]}'),
    ('own.json', '[{"video": "v", "question": "q?", "choices": ["a", "b"]}]'),
    ('own.csv', 'video,question,choices\nv,q?,"[""a"", ""b""]"\n')])
def test_questions_of_ones_own_are_told_by_their_fields(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert sniff_format(path) is FORMATS['grounded_qa']
    question, = read_question_file(path).questions
    assert question.choices == ('a', 'b')


def test_one_entry_is_all_that_a_data_set_needs(tmp_path, monkeypatch):
    monkeypatch.setattr('cra_plugin.annotations.formats.FORMATS', {**FORMATS})
    path = tmp_path / 'val.csv'
    path.write_text('mine\n')
    read = AnnotationSet([], source='mine')
    add_format(AnnotationFormat(
        'mine', lambda path, head: head.startswith(b'mine'),
        lambda path: read, lambda folder, split, require_spans: read, ''))
    assert read_question_file(path) is read
    assert find_annotations('mine', tmp_path, 'val') is read
    assert read_annotations('mine', path) is read


@pytest.mark.parametrize('name', ['val', 'val.csv.gz', 'val.txt', '.json'])
def test_other_suffixes_are_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text(json.dumps(STAR))
    with pytest.raises(InputError, match=r'suffix.*csv.*json.*Fix') as caught:
        read_question_file(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize('name', ['none.csv', 'none.json'])
def test_a_missing_file_is_named(tmp_path, name):
    with pytest.raises(InputError, match=f'{name}.*no such file'):
        read_question_file(tmp_path / name)


def test_files_of_the_other_data_set_are_refused(split, tmp_path):
    table = split.write() / 'val.csv'
    wrong = tmp_path / 'wrong.json'
    wrong.write_bytes(table.read_bytes())
    with pytest.raises(InputError, match='not JSON'):
        read_question_file(wrong)
    with pytest.raises(InputError, match='a JSON dict'):
        read_question_file(tmp_path / 'gsub_val.json')
