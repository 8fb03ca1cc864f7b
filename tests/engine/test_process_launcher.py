import os
import signal
import subprocess
import sys
import time

import pytest

from cra_plugin.engine.process_launcher import launch_processes
from cra_plugin.errors import InputError
from tests.helpers.forked_python import start_python
from tests.helpers.process_group import free_port

RANK = 'import os, signal, sys, time\nrank = int(os.environ["RANK"])\n'


def arguments(script, number='2'):
    return [f'--nproc-per-node={number}', '--master-addr=127.0.0.1',
            f'--master-port={free_port()}', str(script)]


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / 'script.py'
        path.write_text(RANK + text)
        return path

    return write


@pytest.fixture
def start(tmp_path):
    """Start the launcher as a process of its own."""
    started = []

    def start(script):
        started.append(start_python(
            'tools/launch.py', *arguments(script),
            output=tmp_path / 'output', errors=tmp_path / 'errors'))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.mark.parametrize(('text', 'status', 'error'), [
    ('', 0, ''),
    ('sys.exit(2 if rank else time.sleep(60))', 2, ''),
    ('sys.exit(143)', 143, ''),
    ('os.kill(os.getpid(), 9) if rank else time.sleep(60)', 2,
     'error: process 1 of the run: found killed by SIGKILL')])
def test_it_ends_as_they_end(write, start, tmp_path, text, status, error):
    process = start(write(text))
    process.join(300)
    assert process.exitcode == status
    found = (tmp_path / 'errors').read_text()
    assert len(found.splitlines()) == bool(error)
    assert found.startswith(error)


@pytest.mark.parametrize(('signals', 'rest'), [
    ([signal.SIGTERM], 'saved'), ([signal.SIGINT], 'saved'),
    ([signal.SIGHUP], 'saved'), ([signal.SIGINT, signal.SIGINT], '')])
def test_signals_reach_all_processes(write, start, tmp_path, signals, rest):
    """A second one ends them at once, and it too."""
    process = start(write(f"""
path = {str(tmp_path)!r} + f'/{{rank}}'
def stop(number, frame):
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)
    open(path + '_told', 'w').close()
    time.sleep({0 if rest else 600})
    open(path, 'w').write('saved')
    sys.exit(128 + number)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, stop)
open(path + '_ready', 'w').write(str(os.getpid()))
time.sleep(600)"""))
    for number, state in zip(signals, ('_ready', '_told')):
        wait_for(tmp_path / f'0{state}', tmp_path / f'1{state}')
        os.kill(process.pid, number)
    process.join(300)
    assert process.exitcode == 128 + signals[0]
    assert [(tmp_path / rank).exists() for rank in '01'] == [bool(rest)] * 2
    for rank in '01':
        assert_gone(int((tmp_path / f'{rank}_ready').read_text()))


def wait_for(*paths):
    deadline = time.monotonic() + 300
    while not all(path.exists() and (path.stat().st_size or '_told' in
                                     path.name) for path in paths):
        assert time.monotonic() < deadline
        time.sleep(.02)


def assert_gone(process):
    deadline = time.monotonic() + 60
    while os.path.exists(f'/proc/{process}'):
        assert time.monotonic() < deadline
        time.sleep(.02)


@pytest.mark.parametrize('number', ['0', 'two', '-1', ''])
def test_a_number_of_processes_that_is_none(number, tmp_path):
    with pytest.raises(InputError, match='number of processes: found'):
        launch_processes(arguments(tmp_path / 'no.py', number))


def test_the_port_is_checked_first(tmp_path):
    """By the script that a user calls."""
    process = subprocess.run(
        ['bash', 'tools/dist_train.sh', 'none.py', '2'], text=True,
        capture_output=True, timeout=300, env=os.environ | {
            'PORT': 'abc', 'PATH': os.path.dirname(sys.executable) + ':'
            + os.environ['PATH']})
    assert process.returncode == 2
    (line, ) = process.stderr.splitlines()
    assert line.startswith('error: PORT or MASTER_PORT: found abc')
