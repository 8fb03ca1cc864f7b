"""One table of commands serves the entry point, the module and the tools."""

import pytest

from cra_plugin.cli.commands import COMMANDS, main
from cra_plugin.version import __version__
from tests.helpers.forked_python import REPOSITORY
from tests.helpers.tool_process import run_tool


def run(monkeypatch, *arguments):
    monkeypatch.setattr('sys.argv', ['cra-plugin', *arguments])
    main()


def test_every_tool_is_a_command_and_every_command_a_tool():
    tools = {path.stem for path in (REPOSITORY / 'tools').rglob('*.py')}
    assert tools == {command.module for command in COMMANDS.values()}


@pytest.mark.parametrize('name', COMMANDS)
def test_every_command_has_a_help(name, monkeypatch, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(monkeypatch, name, '--help')
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith(f'usage: cra-plugin {name} ')


def test_the_list_of_commands(monkeypatch, capsys):
    for arguments in ((), ('--help', ), ('-h', )):
        run(monkeypatch, *arguments)
        printed = capsys.readouterr().out
        assert all(f'  {name} ' in printed for name in COMMANDS)
    run(monkeypatch, '--version')
    assert capsys.readouterr().out.split() == ['cra_plugin', __version__]


@pytest.mark.parametrize(('name', 'fix'), [
    ('tran', 'did you mean train?'), ('xyz', 'see cra-plugin --help')])
def test_a_command_that_there_is_not(name, fix, monkeypatch, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(monkeypatch, name)
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.count('\n') == 1 and fix in error


def test_the_tool_says_what_the_command_says(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, 'eval', '--help')
    usage = capsys.readouterr().out.replace('\n', ' ').split('options:')[1]
    process = run_tool('eval_predictions.py', '--help')
    assert process.stdout.replace('\n', ' ').split('options:')[1] == usage
