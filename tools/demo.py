"""Train and evaluate CRA on a generated grounded-QA world."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('demo')
