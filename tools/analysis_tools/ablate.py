"""Train and test variants of a config with several seeds."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('ablate')
