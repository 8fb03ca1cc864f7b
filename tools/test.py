"""Evaluate a checkpoint: python tools/test.py CONFIG CHECKPOINT."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('test')
