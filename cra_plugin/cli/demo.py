"""Train and evaluate on a generated grounded-QA world."""

import argparse

from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.cli.shipped_configs import shipped_configs

# Settings of the world: how strong its confounders are.
BIASES = ('language_bias', 'visual_bias')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    from cra_plugin.simulation.world_settings import WorldSettings

    parser = argparse.ArgumentParser(
        description='Generate a world, train the PH baseline, CRA and frame '
        'evidence, print the metrics, write metrics.json and timelines')
    parser.add_argument(
        '--out', default='work_dirs/demo', help='default: work_dirs/demo')
    parser.add_argument(
        '--configs',
        default=str(shipped_configs()),
        help='default: those that come with the package')
    parser.add_argument('--seed', type=int, default=2024)
    parser.add_argument(
        '--max-epochs', type=int, help="default: the configs'")
    parser.add_argument(
        '--train-videos',
        type=int,
        default=WorldSettings.train_videos,
        help=f'default: {WorldSettings.train_videos}')
    for name in BIASES:
        default = getattr(WorldSettings, name)
        parser.add_argument(
            f'--{name.replace("_", "-")}', type=float, default=default,
            metavar='X', help='share of questions whose hint is right in '
            f'training. default: {default}')
    parser.add_argument(
        '--stanza-dir', metavar='DIR',
        help='Stanza models, with which the language dictionary is built. '
        'default: none, the back-door intervention does nothing')
    parser.add_argument(
        '--pages', metavar='DIR',
        help='write table and picture, with the machine and the versions, '
        'into README.md and docs/ of this checkout. default: nowhere')
    add_overwrite_option(parser)
    return parser.parse_args()


def main() -> None:
    """Run the demo and print its table."""
    args = parse_args()
    from cra_plugin.apis.demo import render_comparison, run_demo
    from cra_plugin.apis.demo_pages import (
        check_demo_pages,
        choose_picture,
        write_demo_pages,
    )
    from cra_plugin.simulation.world_settings import WorldSettings

    if args.pages:
        check_demo_pages(args.pages)
    reports = run_demo(args.out, args.configs, args.seed, args.max_epochs,
                       WorldSettings(
                           train_videos=args.train_videos, **{
                               name: getattr(args, name) for name in BIASES}),
                       stanza_dir=args.stanza_dir, overwrite=args.overwrite)
    print(render_comparison(reports))
    print(f'Metrics: {args.out}/metrics.json; '
          f'timelines: {args.out}/timelines/')
    if args.pages:
        for page in write_demo_pages(reports, choose_picture(args.out),
                                     args.pages):
            print(f'Written: {page}')
