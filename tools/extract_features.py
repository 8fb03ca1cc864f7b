"""Extract frame features from videos."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('extract_features')
