"""Write simulated frame features that show what annotations say."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('simulate_features')
