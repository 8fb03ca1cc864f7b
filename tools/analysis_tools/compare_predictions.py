"""Compare models by their prediction files: intervals, tests, a picture."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('compare_predictions')
