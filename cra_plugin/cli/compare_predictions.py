"""Compare models by their prediction files: differences and how sure they are.

Example:
    python tools/analysis_tools/compare_predictions.py ours.json
        theirs=val-res.json+val_ground_ada.json --annotations data/nextgqa
        --split val --picture comparison.png --csv differing.csv
"""

from __future__ import annotations

import argparse

from cra_plugin.apis.compare_predictions import compare_predictions
from cra_plugin.cli.model_words import SHAPE, read_models
from cra_plugin.cli.prediction_arguments import (
    add_annotation_options,
    add_scoring_options,
    scoring_options,
)
from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.evaluation.comparison.bootstrap_settings import (
    INTERVALS,
    UNITS,
    BootstrapSettings,
)
from cra_plugin.evaluation.comparison.comparison_table import (
    render_comparison,
)
from cra_plugin.evaluation.comparison.model_comparison import (
    AGAINST,
    COMPARED_METRICS,
)
from cra_plugin.evaluation.output_files import check_comparison_files
from cra_plugin.utils.counted import counted
from cra_plugin.utils.json_file import write_json


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').split(
        '\n')[0])
    parser.add_argument(
        'models', nargs='+', metavar='MODEL', help=f'{SHAPE}: a file with '
        'answers and spans, or two; spans:FILE has spans alone, '
        'attention:FILE weights of frames. Others are compared with the '
        'first.')
    add_annotation_options(parser)
    add_scoring_options(parser)
    _add_bootstrap_arguments(parser)
    parser.add_argument('--against', choices=AGAINST, default='first',
                        help='compare with the first model or all pairs. '
                        'Defaults to first.')
    parser.add_argument('--metrics', nargs='+', choices=COMPARED_METRICS,
                        metavar='NAME', help='rows of table and picture. '
                        'Defaults to all.')
    parser.add_argument('--json', metavar='FILE', help='the whole comparison')
    parser.add_argument('--csv', metavar='FILE',
                        help='the questions on which the models differ')
    parser.add_argument('--picture', metavar='FILE',
                        help='a forest plot of the differences, as PNG')
    add_overwrite_option(parser)
    return parser.parse_args()


def _add_bootstrap_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how intervals are made."""
    default = BootstrapSettings()
    parser.add_argument('--resamples', type=int, default=default.resamples,
                        metavar='N', help='of the bootstrap. Defaults to '
                        f'{default.resamples}.')
    parser.add_argument('--level', type=float, default=default.level,
                        metavar='PERCENT', help='of the intervals. Defaults '
                        f'to {default.level:g}.')
    parser.add_argument('--interval', choices=INTERVALS,
                        default=default.interval, help='kind of the '
                        f'intervals. Defaults to {default.interval}.')
    parser.add_argument('--unit', choices=UNITS, default=default.unit,
                        help='what is drawn again. Defaults to '
                        f'{default.unit}.')
    parser.add_argument('--seed', type=int, default=default.seed,
                        metavar='N', help='of the draws. Defaults to '
                        f'{default.seed}.')


def main() -> None:
    """Compare, print the tables and write the files."""
    args = parse_args()
    settings = BootstrapSettings(args.resamples, args.level, args.interval,
                                 args.unit, args.seed)
    models = read_models(args.models)
    check_comparison_files(args.json, args.csv, args.picture, args.overwrite)
    comparison = compare_predictions(
        models, args.annotations, args.split, settings, args.against,
        **scoring_options(args))
    if args.json:
        write_json(args.json, comparison.result, indent=2)
    if args.picture:
        comparison.draw(args.picture, args.metrics)
    print(render_comparison(comparison.result, args.metrics))
    if args.csv:
        count = comparison.write_differing(args.csv)
        print(f'\nThe models differ on '
              f'{counted(count, "question")}: {args.csv}')
