import errno

import pytest

from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path, one_writer


def test_writes_the_file_and_leaves_nothing_else(tmp_path):
    target = tmp_path / 'new' / 'folder' / 'a.json'
    with atomic_path(target) as temporary:
        assert temporary.suffix == '.json'
        assert temporary.parent == target.parent
        temporary.write_text('{}')
        assert not target.exists()
    assert target.read_text() == '{}'
    assert list(target.parent.iterdir()) == [target]


def test_failure_keeps_the_old_file(tmp_path):
    target = tmp_path / 'a.txt'
    target.write_text('old')
    with pytest.raises(ZeroDivisionError), atomic_path(target) as temporary:
        temporary.write_text('half')
        raise ZeroDivisionError
    assert target.read_text() == 'old'
    assert list(tmp_path.iterdir()) == [target]


def write(path, text='new'):
    with atomic_path(path) as temporary:
        temporary.write_text(text)


def test_links_are_followed_and_modes_kept(tmp_path):
    target, link = tmp_path / 'target', tmp_path / 'link.json'
    target.write_text('old')
    target.chmod(0o640)
    link.symlink_to('target')
    with atomic_path(link) as temporary:
        # Writers that go by it find the suffix they were asked for.
        assert temporary.suffix == '.json'
        temporary.write_text('new')
    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == (
        'new', 0o640)
    assert sorted(tmp_path.iterdir()) == [link, target]


def test_links_to_what_is_not_there_yet(tmp_path):
    (tmp_path / 'link').symlink_to('folder/file')
    write(tmp_path / 'link')
    assert (tmp_path / 'folder' / 'file').read_text() == 'new'


def test_links_in_a_circle(tmp_path):
    (tmp_path / 'a').symlink_to('b')
    (tmp_path / 'b').symlink_to('a')
    with pytest.raises(InputError, match='circle'):
        write(tmp_path / 'a')
    assert (tmp_path / 'a').is_symlink()


def test_the_longest_names(tmp_path):
    for name in ('a' * 255, 'ü' * 125 + '.json'):
        write(tmp_path / name)
        assert (tmp_path / name).read_text() == 'new'


def test_a_file_that_is_mounted_by_itself(tmp_path, monkeypatch):
    def busy(*_):
        raise OSError(errno.EBUSY, 'Device or resource busy')

    path = tmp_path / 'a'
    path.write_text('older and longer')
    monkeypatch.setattr('os.replace', busy)
    write(path)
    assert path.read_text() == 'new'
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_by_two_names(tmp_path):
    (tmp_path / 'link').symlink_to('file')
    with (one_writer(tmp_path / 'file'),
          pytest.raises(InputError, match='one writer'),
          one_writer(tmp_path / 'link')):
        pass
