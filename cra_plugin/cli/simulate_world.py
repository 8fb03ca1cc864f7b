"""Write a generated grounded-QA world as NExT-GQA's files."""

from __future__ import annotations

import argparse

from cra_plugin.apis.simulate import simulate_world
from cra_plugin.cli.settings_arguments import (
    add_overwrite_option,
    add_settings_arguments,
    read_settings,
)
from cra_plugin.simulation.world_settings import WorldSettings
from cra_plugin.utils.counted import counted


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description='Write annotations and frame features of train, val, '
        'test, test_ood, where the confounders of train are reversed, and '
        'test_neutral, where they tell nothing.')
    parser.add_argument(
        '--out', required=True, metavar='DIR', help='folder to write to')
    add_overwrite_option(parser)
    add_settings_arguments(parser, WorldSettings)
    return parser.parse_args()


def main() -> None:
    """Generate the world and count its questions."""
    args = parse_args()
    counts = simulate_world(args.out, read_settings(args, WorldSettings),
                            args.overwrite)
    for split, num_questions in counts.items():
        print(f'{split}: {counted(num_questions, "question")}')
