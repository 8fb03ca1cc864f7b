import os
import signal
import threading

import pytest
import torch

from cra_plugin.cli import command_line
from cra_plugin.cli.command_line import run_tool
from cra_plugin.cli.run_faults import explain_fault
from cra_plugin.errors import InputError

MESSAGES = {
    'DataLoader worker (pid 7) is killed by signal: Killed. ': 'reads data',
    'DataLoader worker (pid(s) 7, 8) exited unexpectedly': 'reads data',
    'Pin memory thread exited unexpectedly': 'reads data',
    'Too many open files. Communication with the workers is no longer':
    'ulimit -n',
    '[gloo/transport/tcp/pair.cc:553] Connection closed by peer\n[::1]:1':
    'another process',
    'Read error [127.0.0.1]:9: Connection reset by peer': 'another process',
    'Timed out waiting 1000ms for recv operation; gloo timed out':
    'another process',
    '[Rank 0] Watchdog caught collective operation timeout':
    'another process',
    'CUDA out of memory. Tried to allocate 20.00 MiB': 'memory ran out',
    "[enforce fail] DefaultCPUAllocator: can't allocate memory":
    'memory ran out',
    'The server socket has failed to listen. port: 29500, useIpv6: false, '
    'code: -98, name: EADDRINUSE': 'set MASTER_PORT (PORT for',
}


@pytest.fixture
def one_line(monkeypatch, capfd):
    """End a tool by an error; its one line on stderr, and the status."""
    # SIGCHLD is the pytest process's too.
    before = signal.getsignal(signal.SIGCHLD)
    monkeypatch.setattr(os, '_exit', command_line.sys.exit)

    def end(function):
        with pytest.raises(SystemExit) as caught:
            run_tool(function, needs_torch=False)
        (line, ) = capfd.readouterr().err.splitlines()
        assert line.startswith('error: ')
        return line, caught.value.code

    yield end
    signal.signal(signal.SIGCHLD, before)


def raising(error, cause=None):
    def fail():
        raise error from cause

    return fail


@pytest.mark.parametrize('message', MESSAGES)
def test_known_faults_are_explained(message, one_line):
    line, status = one_line(raising(RuntimeError(message)))
    assert MESSAGES[message] in line and status == 2
    assert message.split()[0] in line


@pytest.mark.parametrize(('error', 'words'), [
    (MemoryError('Unable to allocate 3. GiB'), 'memory ran out'),
    (torch.OutOfMemoryError('CUDA out of memory'), 'memory ran out'),
    (InputError('file', 'nothing', 'all'), 'file: found nothing'),
    (OSError('Caught OSError in DataLoader worker process 0.\nOriginal '
             'Traceback (most recent call last):\n ...\nOSError: no disk'),
     'error: no disk'),
    (ConnectionResetError(104, 'Connection reset by peer'), 'error: [Errno')])
def test_other_errors_that_are_a_line(error, words, one_line):
    line, status = one_line(raising(error))
    assert words in line and status == 2
    assert 'reads data' not in line


def test_what_an_error_came_from_counts(one_line):
    """As where a signal is handled while a checkpoint is written."""
    late = RuntimeError('DataLoader worker (pid 7) is killed by signal')
    line, _ = one_line(raising(OSError('write failed'), late))
    assert 'reads data' in line


def test_other_errors_keep_their_traceback():
    error = RuntimeError('mat1 and mat2 shapes cannot be multiplied')
    assert explain_fault(error) is None
    with pytest.raises(RuntimeError, match='mat1'):
        run_tool(raising(error), needs_torch=False)


def test_a_worker_that_ends_late_does_not_interrupt_the_end(one_line):
    """Torch's handler raises wherever the program is."""
    def raise_late(*_):
        raise RuntimeError('DataLoader worker (pid 7) is killed by signal')

    class Stream:
        """What is flushed when the signal comes."""

        def flush(self):
            os.kill(os.getpid(), signal.SIGCHLD)

    signal.signal(signal.SIGCHLD, raise_late)
    command_line.sys.stdout, stdout = Stream(), command_line.sys.stdout
    try:
        line, status = one_line(raising(RuntimeError('gloo timed out')))
    finally:
        command_line.sys.stdout = stdout
    assert 'another process' in line and status == 2


def test_ctrl_c(one_line):
    assert one_line(raising(KeyboardInterrupt())) == (
        'error: interrupted', 130)


@pytest.mark.parametrize(('message', 'lines'), [
    ('Connection closed by peer', 0), ('a fault of ours', 1)])
def test_threads_leave_the_line_to_the_main_thread(message, lines, one_line,
                                                   capfd, monkeypatch):
    monkeypatch.setattr(threading, 'excepthook', threading.excepthook)
    run_tool(lambda: None, needs_torch=False)
    thread = threading.Thread(target=raising(RuntimeError(message)))
    thread.start()
    thread.join()
    assert capfd.readouterr().err.count(message) == lines


def test_a_terminal_that_is_gone_does_not_set_the_status(monkeypatch):
    """What was printed last cannot be flushed, now and at the exit."""
    def stop():
        print('told to stop')
        raise SystemExit(129)

    with open('/dev/full', 'w') as gone:
        monkeypatch.setattr(command_line.sys, 'stdout', gone)
        with pytest.raises(SystemExit) as caught:
            run_tool(stop, needs_torch=False)
        gone.flush()
    assert caught.value.code == 129
