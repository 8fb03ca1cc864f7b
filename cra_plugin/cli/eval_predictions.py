"""Evaluate prediction files: answers, spans or frame weights.

Example:
    python tools/eval_predictions.py --annotations data/nextgqa --split val
        --answers answers.json --attention attention.json --json report.json
"""

from __future__ import annotations

import argparse

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.cli.prediction_arguments import (
    add_annotation_options,
    add_evidence_options,
    evaluation_options,
)
from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.evaluation.leaderboard.leaderboard_table import (
    OWN,
    render_leaderboard,
)
from cra_plugin.evaluation.leaderboard.published_results import published_on
from cra_plugin.evaluation.output_files import check_report_file
from cra_plugin.evaluation.protocols.protocol_report import render_protocols
from cra_plugin.evaluation.protocols.protocol_table import ALL, PROTOCOLS
from cra_plugin.evaluation.report_table import render_report
from cra_plugin.utils.json_file import write_json


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    add_annotation_options(parser)
    parser.add_argument(
        '--answers', nargs='+', metavar='FILE',
        help='{video_qid: {prediction, answer}}, JSON Lines, csv or another '
        'format of docs/predictions.md; several files are parts of one; '
        'spans are taken from it too where it has some')
    add_evidence_options(parser)
    parser.add_argument(
        '--protocols', nargs='+', choices=(ALL, *PROTOCOLS), default=[],
        help='print the figures of these beside each other')
    parser.add_argument(
        '--leaderboard', nargs='?', const=OWN, metavar='NAME',
        help='print the model, under this name, among published results')
    parser.add_argument('--json', help='where to write the report')
    add_overwrite_option(parser)
    return parser.parse_args()


def main() -> None:
    """Evaluate, print the table and write the report."""
    args = parse_args()
    if args.json:
        check_report_file(args.json, args.overwrite)
    if args.leaderboard:
        published_on(args.dataset)
    report = evaluate_predictions(
        answers=args.answers, protocols=args.protocols,
        **evaluation_options(args))
    if args.json:
        write_json(args.json, report, indent=2)
    print(render_report(report))
    if args.protocols:
        print('\n' + render_protocols(report['protocols'],
                                      report['protocol']))
    if args.leaderboard:
        print('\n' + render_leaderboard(report, args.dataset, args.split,
                                        args.leaderboard))
