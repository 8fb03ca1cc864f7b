import json

import pytest

from cra_plugin.annotations.video_files import (
    all_videos,
    find_videos,
    read_video_ids,
)
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


def test_bad_id_files(tmp_path):
    with pytest.raises(InputError, match='no such file'):
        read_video_ids(tmp_path / 'ids.txt')
    (tmp_path / 'ids.txt').write_text('\n \n')
    with pytest.raises(InputError, match='no ids'):
        read_video_ids(tmp_path / 'ids.txt')
    (tmp_path / 'ids.txt').write_bytes(b'\xff\xfe\xff')
    with pytest.raises(InputError, match='UTF-8'):
        read_video_ids(tmp_path / 'ids.txt')


@pytest.fixture
def folder(tmp_path):
    for name in ('a.mp4', 'b.MKV', 'a.txt', 'x/c.webm', 'x/d.mp4',
                 'y/d.mp4'):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def test_videos_are_found_below_the_folder(folder):
    found = find_videos(folder, ['c', 'a', 'b', 'a.mp4', 'x/d', 'y/d.mp4',
                                 'a.txt', '../a'])
    assert found == {
        'c': folder / 'x/c.webm', 'a': folder / 'a.mp4',
        'b': folder / 'b.MKV', 'a.mp4': folder / 'a.mp4',
        'x/d': folder / 'x/d.mp4', 'y/d.mp4': folder / 'y/d.mp4',
        'a.txt': None, '../a': None}
    assert list(found)[:2] == ['c', 'a']


def test_a_video_with_two_files_is_refused(folder):
    with pytest.raises(InputError, match=r'video d: .*x/d\.mp4 and .*y/d'):
        find_videos(folder, ['d'])


def test_folders_without_videos(folder):
    assert len(all_videos(folder)) == 5
    (folder / 'empty').mkdir()
    with pytest.raises(InputError, match='no videos'):
        all_videos(folder / 'empty')
    with pytest.raises(InputError, match='no such folder'):
        find_videos(folder / 'none', ['a'])
