import json
from pathlib import Path

import pytest

from cra_plugin.datasets.video_folder import VideoFolder
from cra_plugin.errors import InputError


@pytest.fixture
def folder(tmp_path):
    for name in ('a.mp4', '1164/b.webm', '1164/notes.txt', 'x/c.mp4'):
        path = tmp_path / 'videos' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / 'videos'


def files(folder, video_ids, **options):
    videos = VideoFolder(str(folder), **options)
    videos.require(video_ids)
    return [str(Path(videos[each]).relative_to(folder))
            for each in video_ids]


def test_looks_in_the_folder_and_below(folder):
    assert files(folder, ['b', 'a']) == ['1164/b.webm', 'a.mp4']


def test_a_template_says_where(folder):
    assert files(folder, ['c'], template='x/{}.mp4') == ['x/c.mp4']
    with pytest.raises(InputError, match=r'no file for 1 .* \(a\.webm\)'):
        files(folder, ['a'], template='{}.webm')


@pytest.mark.parametrize('template', [None, '{}.webm'])
def test_a_map_says_by_which_id_files_go(folder, tmp_path, template):
    (tmp_path / 'map.json').write_text(json.dumps({'318': '1164/b'}))
    assert files(folder, ['318'], template=template,
                 map_file=str(tmp_path / 'map.json')) == ['1164/b.webm']
    (tmp_path / 'map.json').write_text('{"318": 5}')
    with pytest.raises(InputError, match=r'map\.json, video 318: found 5'):
        VideoFolder(str(folder), map_file=str(tmp_path / 'map.json'))


@pytest.mark.parametrize('template', [None, '{}.mp4'])
def test_says_how_many_are_missing_and_where(folder, template):
    with pytest.raises(InputError) as error:
        VideoFolder(str(folder), template).require(
            ['a', *(f'm{index}' for index in range(7))])
    suffix = '.mp4' if template else ''
    assert f'{folder}: found no file for 7 of 8 videos (m0{suffix}, ' in str(
        error.value)
    assert ', and 2 more' in str(error.value) and 'videos.map_file' in str(
        error.value)


def test_another_kind_of_file_is_named(folder):
    (folder / 'moving.gif').touch()
    with pytest.raises(InputError, match=r'1 of 1 videos \(moving; moving\.gif'
                       r' is not a kind of video'):
        VideoFolder(str(folder)).require(['moving'])


def test_bad_settings(folder):
    with pytest.raises(InputError, match=r'no such folder.*videos\.path'):
        VideoFolder(str(folder / 'none'))
    with pytest.raises(InputError, match=r"videos\.template.*'\{\}\.mp4'"):
        VideoFolder(str(folder), '%s.mp4')
    with pytest.raises(InputError, match=r'no videos.*check videos\.path'):
        (folder / 'empty').mkdir()
        VideoFolder(str(folder / 'empty')).require(['a'])
