"""Compare all methods on simulated features of NExT-GQA's annotations."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('bench')
