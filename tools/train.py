"""Train a model: python tools/train.py CONFIG."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('train')
