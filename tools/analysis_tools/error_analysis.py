"""Analyze where predictions err: tables, pictures, probes of a model."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('error_analysis')
