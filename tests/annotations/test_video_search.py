"""Which file is that of a video, in folders as people have them."""

import os

import pytest

from cra_plugin.annotations.video_search import VideoSearch
from cra_plugin.errors import InputError


@pytest.fixture
def folder(tmp_path):
    for name in ('a.mp4', 'b.MKV', 'a.txt', 'x/c.webm', 'x/d.mp4',
                 'y/d.mp4'):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def test_videos_are_found_below_the_folder(folder):
    found = VideoSearch(folder).find(['c', 'a', 'b', 'a.mp4', 'x/d', 'y/d.mp4',
                                 'a.txt', '../a'])
    assert found == {
        'c': folder / 'x/c.webm', 'a': folder / 'a.mp4',
        'b': folder / 'b.MKV', 'a.mp4': folder / 'a.mp4',
        'x/d': folder / 'x/d.mp4', 'y/d.mp4': folder / 'y/d.mp4',
        'a.txt': None, '../a': None}
    assert list(found)[:2] == ['c', 'a']


def test_a_video_with_two_files_is_refused(folder):
    with pytest.raises(InputError, match=r'video d: .*x/d\.mp4 and .*y/d'):
        VideoSearch(folder).find(['d'])


def test_folders_without_videos(folder):
    assert len(VideoSearch(folder).all()) == 5
    (folder / 'empty').mkdir()
    with pytest.raises(InputError, match='no videos'):
        VideoSearch(folder / 'empty')
    with pytest.raises(InputError, match='no such folder'):
        VideoSearch(folder / 'none')


def test_two_links_to_the_parent(folder):
    """There would be 2^40 paths."""
    for name in ('x/up', 'x/back', 'y/up'):
        (folder / name).symlink_to('..')
    (folder / 'above').symlink_to(folder.parent)
    (folder / 'itself').symlink_to('.')
    search = VideoSearch(folder)
    assert len(search.all()) == 5
    assert search.find(['a', 'c', 'x/d']) == {
        'a': folder / 'a.mp4', 'c': folder / 'x/c.webm',
        'x/d': folder / 'x/d.mp4'}


def test_links_to_one_file_are_one_video(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp('other')
    (other / 'e.mp4').touch()
    (folder / '0').mkdir()
    (folder / '0' / 'a.mp4').symlink_to('../a.mp4')
    os.link(folder / 'x/c.webm', folder / 'y/c.webm')
    (folder / 'e.mp4').symlink_to(other / 'e.mp4')
    (folder / 'f.mp4').symlink_to(other / 'e.mp4')
    search = VideoSearch(folder)
    assert search.find(['a', 'c', 'e', 'f', '0/a']) == {
        'a': folder / 'a.mp4', 'c': folder / 'x/c.webm',
        'e': folder / 'e.mp4', 'f': folder / 'f.mp4',
        '0/a': folder / '0/a.mp4'}
    assert len(search.all()) == 6


def test_a_link_to_another_folder(folder, tmp_path_factory):
    """Its videos go by both of its names."""
    other = tmp_path_factory.mktemp('other')
    (other / 'deep').mkdir()
    (other / 'deep' / 'g.mp4').touch()
    (folder / 'link').symlink_to(other)
    (folder / 'alias').symlink_to('x')
    search = VideoSearch(folder)
    assert search.find(['g', 'link/deep/g', 'alias/c', 'alias/c.webm']) == {
        'g': folder / 'link/deep/g.mp4',
        'link/deep/g': folder / 'link/deep/g.mp4',
        'alias/c': folder / 'alias/c.webm',
        'alias/c.webm': folder / 'alias/c.webm'}
    assert len(search.all()) == 6


def test_names_that_are_not_utf8(folder):
    place = os.fsencode(folder) + b'/caf\xe9'
    os.mkdir(place)
    for name in (b'h.mp4', b'a.mp4'):
        open(place + b'/' + name, 'wb').close()
    search = VideoSearch(folder)
    assert search.find(['h', 'a']) == {'h': None, 'a': folder / 'a.mp4'}
    reason = search.why_missing(['h'])['h']
    assert 'caf\\xe9' in reason and 'is not UTF-8' in reason
    assert reason.isascii()
    assert len(search.all()) == 5
    with pytest.raises(InputError, match=r'not UTF-8 .*caf\\xe9'):
        VideoSearch(os.fsdecode(place))


@pytest.mark.parametrize('name', ['i.gif', 'x/i.txt', 'i.mp4.part'])
def test_a_kind_that_is_not_looked_for(folder, name):
    (folder / name).touch()
    search = VideoSearch(folder)
    video = name.removeprefix('x/').rsplit('.', 1)[0]
    assert search.find([video, 'nothing']) == {video: None, 'nothing': None}
    reasons = search.why_missing([video, 'nothing'])
    assert f'{name[2:] if "/" in name else name} is not a kind of video' in (
        reasons[video]) and '.mp4, .avi' in reasons[video]
    assert reasons['nothing'] == 'no such file'


def test_camcorders_are_read(folder):
    (folder / '00001.MTS').touch()
    assert VideoSearch(folder).find(['00001']) == {
        '00001': folder / '00001.MTS'}
