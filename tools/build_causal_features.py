"""Build the confounder dictionaries of CRA's causal interventions."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('build_causal_features')
