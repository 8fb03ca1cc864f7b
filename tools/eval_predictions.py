"""Evaluate prediction files: answers with spans, or with frame weights."""

from cra_plugin.cli.commands import run_command

if __name__ == '__main__':
    run_command('eval_predictions')
