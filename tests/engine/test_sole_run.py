import os
import signal

import pytest

from cra_plugin.engine.launcher_variables import VARIABLES
from cra_plugin.engine.sole_run import HOLDER, sole_run
from cra_plugin.errors import InputError
from tests.helpers.forked_run import ForkedRun


def hold(report, folder, launcher='none'):
    with sole_run(folder, launcher):
        report()
        signal.pause()


def enter(report, folder, launcher='none'):
    with sole_run(folder, launcher):
        report()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / 'run'


def test_two_runs_on_one_work_dir(folder):
    first = ForkedRun(folder, hold, folder)
    assert first.wait_for(1)
    with (pytest.raises(InputError, match=f'process {first.pid} on .*since'),
          sole_run(folder)):
        pass
    second = ForkedRun(folder, enter, folder)
    assert second.wait() == 2
    assert second.errors.count('\n') == 1
    assert f'the run of process {first.pid}' in second.errors
    # The lock ends with its holder, however that ends.
    first.kill()
    assert first.wait() == -signal.SIGKILL
    assert (folder / HOLDER).is_file()
    with sole_run(folder):
        assert f'process {os.getpid()} on' in (folder / HOLDER).read_text()
    assert not (folder / HOLDER).exists()


def hold_with_a_child(report, folder):
    with sole_run(folder):
        child = os.fork()
        if not child:
            signal.pause()
        os.write(report.__self__._write, f'{child}\n'.encode())
        signal.pause()


def test_an_orphan_does_not_hold_the_lock(folder):
    """As the workers of a data loader, which live on for seconds."""
    first = ForkedRun(folder, hold_with_a_child, folder)
    orphan = int(os.fdopen(os.dup(first.events)).readline())
    try:
        first.kill()
        first.wait()
        with sole_run(folder):
            pass
    finally:
        os.kill(orphan, signal.SIGKILL)


@pytest.mark.parametrize('launcher', VARIABLES)
def test_other_ranks_of_a_run_are_let_in(folder, monkeypatch, launcher):
    monkeypatch.setenv(VARIABLES[launcher]['RANK'], '0')
    first = ForkedRun(folder, hold, folder, launcher)
    assert first.wait_for(1)
    with pytest.raises(InputError), sole_run(folder, launcher):
        pass
    monkeypatch.setenv(VARIABLES[launcher]['RANK'], '1')
    with sole_run(folder, launcher):
        pass
    first.kill()
    first.wait()


def test_unwritable_work_dir(tmp_path):
    (tmp_path / 'file').touch()
    with (pytest.raises(InputError, match='cannot be written to'),
          sole_run(tmp_path / 'file' / 'run')):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason='root may write anywhere')
def test_work_dir_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with (pytest.raises(InputError, match='cannot be written to'),
          sole_run(tmp_path / 'run')):
        pass
    tmp_path.chmod(0o700)
