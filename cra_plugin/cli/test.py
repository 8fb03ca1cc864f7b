"""Evaluate a checkpoint: python tools/test.py CONFIG CHECKPOINT."""

import argparse

from cra_plugin.cli.run_arguments import add_run_arguments
from cra_plugin.cli.run_start import starting_run
from cra_plugin.cli.settings_arguments import add_overwrite_option

# Dataloaders of a config.
SPLITS = ('val', 'test')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Evaluate a checkpoint')
    parser.add_argument('config', help='config file')
    parser.add_argument(
        'checkpoint', nargs='?', help='checkpoint file; a model that is not '
        'trained, such as the zero-shot one, needs none')
    parser.add_argument(
        '--dump',
        metavar='FILE',
        help='write predicted answers to FILE, spans and frame weights to '
        '<FILE>_spans.json and <FILE>_attention.json, as '
        'tools/eval_predictions.py reads them')
    parser.add_argument('--json', metavar='FILE', help='write the metrics')
    parser.add_argument(
        '--split', choices=SPLITS, default='test',
        help='evaluate on what the config tests on, or validates on')
    add_overwrite_option(parser)
    add_run_arguments(parser)
    return parser.parse_args()


def main() -> None:
    """Evaluate."""
    args = parse_args()
    with starting_run(args, ('test', args.config, args.checkpoint or ''),
                      (args.split, ), args.checkpoint):
        from cra_plugin.apis.test import test
        test(args.config, args.checkpoint, args.work_dir, args.dump,
             args.json, args.cfg_options, args.launcher, args.overwrite,
             args.split, args.verbose)
