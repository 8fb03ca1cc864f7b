"""Write a generated grounded-QA world as NExT-GQA's files."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('simulate_world')
