"""Write simulated frame features that show what annotations say."""

from __future__ import annotations

import argparse

from cra_plugin.annotations.formats import FORMATS
from cra_plugin.apis.simulate import simulate_features
from cra_plugin.cli.settings_arguments import (
    add_overwrite_option,
    add_settings_arguments,
    read_settings,
)
from cra_plugin.simulation.simulated_features import FeatureSettings


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description='Write features_{split}.h5, in the layout of NExT-GQA, '
        'for annotations with spans.')
    parser.add_argument(
        '--dataset', default='nextgqa', choices=tuple(FORMATS),
        help='Defaults to nextgqa.')
    parser.add_argument(
        '--annotations', required=True, metavar='DIR',
        help='folder of {split}.csv, gsub_{split}.json and '
        'frame2time_{split}.json, or of STAR_{split}.json and '
        'STAR_videos.json')
    parser.add_argument(
        '--splits', nargs='+', default=['val', 'test'], metavar='SPLIT',
        help='Defaults to val test.')
    parser.add_argument(
        '--out', required=True, metavar='DIR', help='folder to write to')
    parser.add_argument(
        '--dtype', choices=['float32', 'float16'], default='float32',
        help='Defaults to float32.')
    parser.add_argument(
        '--event-encoder', metavar='DIR_OR_NAME', help='pretrained text '
        'encoder in whose space events look. Name all splits at once. '
        'Defaults to random vectors of words.')
    add_overwrite_option(parser)
    add_settings_arguments(parser, FeatureSettings)
    return parser.parse_args()


def main() -> None:
    """Simulate the features and say how hard they are."""
    args = parse_args()
    for split in simulate_features(args.annotations, args.splits, args.out,
                                   read_settings(args, FeatureSettings),
                                   args.dtype, args.dataset,
                                   args.overwrite, args.event_encoder):
        print(split)
