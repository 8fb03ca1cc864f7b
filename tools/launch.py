"""Start several processes of a tool: what tools/dist_*.sh call."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('launch')
