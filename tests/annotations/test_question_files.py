import json

import pytest

from cra_plugin.annotations.nextgqa import read_nextgqa
from cra_plugin.annotations.question_files import read_question_file
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
