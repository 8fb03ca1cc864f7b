import json

import pytest

from cra_plugin.annotations.video_ids import read_video_ids
from cra_plugin.errors import InputError


def test_ids_of_a_text_file_in_order_and_once(tmp_path):
    path = tmp_path / 'ids.txt'
    path.write_text('\ufeffb\n\n a \r\nb\nc d\n', encoding='utf-8')
    assert read_video_ids(path) == ['b', 'a', 'c d']


def test_ids_of_question_files(tiny_world, tiny_star):
    ids = read_video_ids(tiny_world / 'val.csv')
    assert len(ids) == len(set(ids)) == 2
    listed = json.loads((tiny_star / 'STAR_val.json').read_text())
    assert set(read_video_ids(tiny_star / 'STAR_val.json')) == {
        item['video_id'] for item in listed}


def test_ids_of_nextqa(tmp_path):
    path = tmp_path / 'val.csv'
    path.write_text('video,question,answer,qid,type,a0,a1,a2,a3,a4\n'
                    'w,why,2,0,CW,a,b,c,d,e\nv,why,4,0,CW,a,b,c,d,e\n')
    assert read_video_ids(path) == ['w', 'v']


@pytest.mark.parametrize(('name', 'text'), [
    ('a.json', '["b", "a", "b"]'), ('gsub_val.json', '{"b": {}, "a": 3}'),
    ('a.csv', 'video_id\nb\n\na\n'), ('a.CSV', 'fps,video\n3,b\n3,a\n3,\n')])
def test_files_of_ids_alone(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_video_ids(tmp_path / name) == ['b', 'a']


@pytest.mark.parametrize(('name', 'text', 'words'), [
    ('a.json', '[]', 'no ids'), ('a.json', '{}', 'no ids'),
    ('a.json', '["a", 3]', 'question'), ('a.json', '3', 'JSON int'),
    ('a.csv', 'id\n3\n', 'no column'), ('a.csv', 'video\n\n', 'no ids')])
def test_files_without_ids(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=words):
        read_video_ids(tmp_path / name)


def test_bad_id_files(tmp_path):
    with pytest.raises(InputError, match='no such file'):
        read_video_ids(tmp_path / 'ids.txt')
    (tmp_path / 'ids.txt').write_text('\n \n')
    with pytest.raises(InputError, match='no ids'):
        read_video_ids(tmp_path / 'ids.txt')
    (tmp_path / 'ids.txt').write_bytes(b'\xff\xfe\xff')
    with pytest.raises(InputError, match='UTF-8'):
        read_video_ids(tmp_path / 'ids.txt')
