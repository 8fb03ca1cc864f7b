"""Numbered pictures, as people have them."""

import os

import pytest

from cra_plugin.annotations.frame_folders import (
    FrameFolderError,
    FrameFolderSearch,
    frames_state,
    list_frame_files,
)
from cra_plugin.errors import InputError


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize('names', [
    ['1.jpg', '2.jpg', '3.JPG'],
    [f'{index}.jpg' for index in range(8, 12)],
    [f'frame_{index:06}.png' for index in range(3)],
    ['v2_1.jpg', 'v2_2.jpg'], ['0.jpg', '30.jpg', '60.jpg'], ['7.jpeg'],
    [f'{10**25 + index}.webp' for index in range(3)]])
def test_the_natural_order_of_numbers(tmp_path, names):
    """10 comes after 9; any first number and any even step."""
    touch(tmp_path, *names, 'list.txt', '._1.jpg', '.DS_Store')
    assert [path.name for path in list_frame_files(tmp_path)] == names


@pytest.mark.parametrize(('names', 'words'), [
    ([], 'no pictures'), (['a.txt'], 'no pictures'),
    (['1.jpg', 'cover.jpg'], r'cover\.jpg has no number'),
    (['1.jpg', '01.jpg'], r'01\.jpg and 1\.jpg have the same number'),
    (['1.jpg', '2.jpg', '4.jpg', '5.jpg', '9.jpg'],
     r'missing in 2 places, between the numbers 2 and 4, 5 and 9$'),
    (['0.jpg', '10.jpg', '30.jpg'], 'the numbers 10 and 30$'),
    ([f'{n * n}.jpg' for n in range(9)],
     r'in 7 places, .* and 36, \.\.\.$')])
def test_pictures_that_are_no_video(tmp_path, names, words):
    touch(tmp_path, *names)
    with pytest.raises(FrameFolderError, match=words):
        list_frame_files(tmp_path)


@pytest.fixture
def folder(tmp_path):
    for name in ('a', 'x/b', 'x/c', 'y/c', 'x/deep/d'):
        touch(tmp_path / name, '1.jpg')
    (tmp_path / 'up').symlink_to('..')
    (tmp_path / 'alias').symlink_to('x')
    return tmp_path


def test_folders_of_videos(folder):
    found = FrameFolderSearch(folder).find(
        ['d', 'a', 'x/c', 'alias/b', 'nothing', '../a', '/', 'b'])
    assert found == {
        'd': folder / 'x/deep/d', 'a': folder / 'a', 'x/c': folder / 'x/c',
        'alias/b': folder / 'alias/b', 'nothing': None, '../a': None,
        '/': None, 'b': folder / 'x/b'}
    assert list(found)[:2] == ['d', 'a']


def test_several_folders_of_one_name(folder):
    with pytest.raises(InputError, match=r'video c: .*x/c and .*y/c'):
        FrameFolderSearch(folder).find(['c'])
    with pytest.raises(InputError, match='no such folder'):
        FrameFolderSearch(folder / 'none')


def test_a_state_changes_with_every_picture(folder):
    states = [frames_state(folder / 'a')]
    touch(folder / 'a', '2.jpg')
    states.append(frames_state(folder / 'a'))
    (folder / 'a' / '1.jpg').write_bytes(b'x')
    states.append(frames_state(folder / 'a'))
    os.utime(folder / 'a' / '1.jpg', ns=(1, 2**62))
    states.append(frames_state(folder / 'a'))
    assert len(set(map(tuple, states))) == 4
