"""Ask questions about videos in the browser."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('app')
