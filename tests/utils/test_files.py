import pytest

from cra_plugin.utils.files import atomic_path


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
