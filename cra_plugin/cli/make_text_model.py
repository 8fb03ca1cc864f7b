"""Write a small RoBERTa with random weights for work without a network."""

from __future__ import annotations

import argparse

from cra_plugin.annotations.formats import FORMATS
from cra_plugin.cli.settings_arguments import (
    add_overwrite_option,
    add_settings_arguments,
    read_settings,
)


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    from cra_plugin.simulation.text_model import TextModelSettings

    parser = argparse.ArgumentParser(
        description='Train a tokenizer on annotations and write it with a '
        'random RoBERTa into a folder that from_pretrained reads.')
    parser.add_argument(
        '--dataset', default='nextgqa', choices=tuple(FORMATS),
        help='Defaults to nextgqa.')
    parser.add_argument(
        '--annotations', required=True, metavar='DIR',
        help='folder of {split}.csv or STAR_{split}.json')
    parser.add_argument(
        '--splits', nargs='+', default=['train'], metavar='SPLIT',
        help='Defaults to train.')
    parser.add_argument(
        '--files', nargs='+', default=[], metavar='FILE',
        help='further question files of the data set')
    parser.add_argument(
        '--out', required=True, metavar='DIR', help='folder to write')
    add_overwrite_option(parser)
    add_settings_arguments(parser, TextModelSettings)
    return parser.parse_args()


def main() -> None:
    """Write the model and say how large its vocabulary is."""
    args = parse_args()
    from cra_plugin.apis.make_text_model import make_text_model
    from cra_plugin.simulation.text_model import TextModelSettings

    num_tokens = make_text_model(args.annotations, args.splits, args.out,
                                 read_settings(args, TextModelSettings),
                                 args.files, args.dataset, args.overwrite)
    print(f'{args.out}: {num_tokens} tokens')
