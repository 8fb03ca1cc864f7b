"""Train a model: python tools/train.py CONFIG."""

import argparse

from cra_plugin.apis.command_line import run_tool


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    from mmengine.config import DictAction

    parser = argparse.ArgumentParser(description='Train a model')
    parser.add_argument('config', help='config file')
    parser.add_argument('--work-dir', help='folder for logs and checkpoints')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='continue from a checkpoint; without one, from the latest in '
        'the work dir')
    parser.add_argument(
        '--amp', action='store_true', help='mixed precision (CUDA)')
    parser.add_argument('--seed', type=int, help="default: the config's")
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='settings to change: key=value, key.of.a.field="[a,b]"')
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='how the processes were started')
    parser.add_argument(
        '--local_rank', '--local-rank', type=int, default=0,
        help='given by some launchers; not used')
    return parser.parse_args()


def main() -> None:
    """Train."""
    args = parse_args()
    from cra_plugin.apis.train import train
    train(args.config, args.work_dir, args.resume, args.amp, args.seed,
          args.cfg_options, args.launcher)


if __name__ == '__main__':
    run_tool(main)
