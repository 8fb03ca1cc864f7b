"""Measure how fast this machine does what the tools do."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('benchmark')
