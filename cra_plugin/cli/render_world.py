"""Render videos of moving shapes, with questions in NExT-GQA's files."""

from __future__ import annotations

import argparse

from cra_plugin.apis.simulate import render_world
from cra_plugin.cli.settings_arguments import (
    add_overwrite_option,
    add_settings_arguments,
    read_settings,
)
from cra_plugin.simulation.rendered_world import RenderedSettings
from cra_plugin.utils.counted import counted


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description='Write annotations and videos of train, val and test: '
        'shapes move one after the other, and each question is about one.')
    parser.add_argument(
        '--out', required=True, metavar='DIR', help='folder to write to')
    add_overwrite_option(parser)
    add_settings_arguments(parser, RenderedSettings)
    return parser.parse_args()


def main() -> None:
    """Render the world and count its questions."""
    args = parse_args()
    counts = render_world(args.out, read_settings(args, RenderedSettings),
                          args.overwrite)
    for split, num_questions in counts.items():
        print(f'{split}: {counted(num_questions, "question")}')
