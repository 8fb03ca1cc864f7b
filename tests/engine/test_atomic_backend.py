import errno
import inspect
import os
from pathlib import Path

import pytest
from mmengine.fileio import LocalBackend, get_file_backend
from mmengine.hooks import CheckpointHook

from cra_plugin.engine import atomic_backend
from cra_plugin.engine.atomic_backend import ATOMIC, AtomicLocalBackend


@pytest.fixture
def backend():
    backend = get_file_backend('a/path', backend_args={'backend': ATOMIC})
    assert isinstance(backend, AtomicLocalBackend)
    return backend


class FullDisk:
    """A file that takes three bytes."""

    def __init__(self, *arguments):
        self._file = open(*arguments)  # noqa: SIM115

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def write(self, content):
        self._file.write(content[:3])
        raise OSError(errno.ENOSPC, 'No space left on device')


def test_writes_whole_or_not_at_all(backend, tmp_path, monkeypatch):
    path = tmp_path / 'new' / 'epoch_1.pth'
    backend.put(b'before', path)
    assert path.read_bytes() == b'before'
    monkeypatch.setattr(atomic_backend, 'open', FullDisk, raising=False)
    with pytest.raises(OSError, match=r'No space left.*--resume.*epoch_1'):
        backend.put(b'after', path)
    assert path.read_bytes() == b'before'
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize('make', [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_moved_aside(backend, tmp_path, make, caplog):
    path = tmp_path / 'epoch_1.pth'
    make(path)
    backend.put(b'content', path)
    assert path.read_bytes() == b'content'
    assert not (tmp_path / 'epoch_1.pth.1').is_file()
    assert 'renamed to' in caplog.text


def test_removes_when_told(backend, tmp_path):
    paths = [tmp_path / name for name in 'abc']
    for path in paths:
        path.touch()
    for path in paths[:2]:
        backend.remove(path)
    backend.remove(tmp_path / 'gone')
    backend.remove(tmp_path)
    assert all(path.exists() for path in paths)
    # Neither what is gone nor what has become a folder ends the run.
    backend.remove_outdated(kept=str(paths[0]))
    assert [path.exists() for path in paths] == [True, False, True]
    backend.remove_outdated()
    assert paths[0].exists()


def test_mmengine_still_writes_in_place_and_removes_first(tmp_path):
    """Fails once mmengine is safe against kills: drop ours then."""
    assert 'os.replace' not in inspect.getsource(LocalBackend.put)
    source = inspect.getsource(CheckpointHook._save_checkpoint_with_step)
    assert source.index('.remove(') < source.index('.save_checkpoint(')
