"""Train a model: python tools/train.py CONFIG."""

import argparse

from cra_plugin.cli.run_arguments import add_run_arguments
from cra_plugin.cli.run_start import starting_run


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Train a model')
    parser.add_argument('config', help='config file')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='continue from a checkpoint; without one, from the latest in '
        'the work dir')
    parser.add_argument(
        '--amp',
        nargs='?',
        const='bf16',
        choices=['bf16', 'fp16'],
        help='mixed precision; default type: bf16')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate with the batch of all processes, by '
        'auto_scale_lr.base_batch_size of the config')
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help='check config, data and text model by a few batches and tell '
        'what a full run costs')
    parser.add_argument('--seed', type=int, help="default: the config's")
    add_run_arguments(parser)
    return parser.parse_args()


def main() -> None:
    """Train."""
    args = parse_args()
    command = 'dry run of' if args.dry_run else 'train'
    with starting_run(args, (command, args.config), ('train', 'val')):
        if args.dry_run:
            _dry_run(args)
            return
        from cra_plugin.apis.train import train
        train(args.config, args.work_dir, args.resume, args.amp, args.seed,
              args.cfg_options, args.launcher, args.auto_scale_lr,
              args.verbose)


def _dry_run(args: argparse.Namespace) -> None:
    """Try the config and print what a full run costs."""
    from cra_plugin.apis.dry_run import dry_run
    cost = dry_run(args.config, args.work_dir, args.amp, args.cfg_options)
    print('\n'.join(['config, data, text model, training: fine',
                     *cost.lines()]))
