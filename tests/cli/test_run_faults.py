import pytest

from cra_plugin.cli.command_line import run_tool
from cra_plugin.cli.run_faults import explain_fault

MESSAGES = {
    'DataLoader worker (pid 7) is killed by signal: Killed. ': 'reads data',
    'DataLoader worker (pid(s) 7, 8) exited unexpectedly': 'reads data',
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
}


@pytest.mark.parametrize('message', MESSAGES)
def test_known_faults_are_explained(message, capsys):
    def fail():
        raise RuntimeError(message)

    with pytest.raises(SystemExit) as caught:
        run_tool(fail, needs_torch=False)
    assert caught.value.code == 2
    (line, ) = capsys.readouterr().err.splitlines()
    assert line.startswith('error: ')
    assert MESSAGES[message] in line
    assert message.split()[0] in line
    assert '--resume' in line


def test_other_errors_keep_their_traceback():
    error = RuntimeError('mat1 and mat2 shapes cannot be multiplied')
    assert explain_fault(error) is None

    def fail():
        raise error

    with pytest.raises(RuntimeError, match='mat1'):
        run_tool(fail, needs_torch=False)
