"""Evaluate prediction files: answers, spans or frame weights.

Example:
    python tools/eval_predictions.py --annotations data/nextgqa --split val
        --answers answers.json --attention attention.json --json report.json
"""

from __future__ import annotations

import argparse

from cra_plugin.annotations.formats import FORMATS as DATASETS
from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.evaluation.coverage import MISSING_RULES
from cra_plugin.evaluation.formats.format_table import FORMATS
from cra_plugin.evaluation.output_files import check_report_file
from cra_plugin.evaluation.protocols.protocol_report import render_protocols
from cra_plugin.evaluation.protocols.protocol_table import ALL, PROTOCOLS
from cra_plugin.evaluation.report_table import render_report
from cra_plugin.spans.decoding_preset import DECODERS, PRESETS
from cra_plugin.utils.json_file import write_json


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument(
        '--annotations', required=True, help='folder of the annotations')
    parser.add_argument(
        '--dataset', choices=tuple(DATASETS), default='nextgqa',
        help='format of the annotations; their official file names are taken')
    parser.add_argument('--split', default='val', help='split to evaluate')
    parser.add_argument(
        '--answers', nargs='+', metavar='FILE',
        help='{video_qid: {prediction, answer}}, JSON Lines, csv or another '
        'format of docs/predictions.md; several files are parts of one; '
        'spans are taken from it too where it has some')
    evidence = parser.add_mutually_exclusive_group()
    evidence.add_argument(
        '--spans', nargs='+', metavar='FILE',
        help='{video_qid: [start, end]}, or another of the formats')
    evidence.add_argument(
        '--attention', nargs='+', metavar='FILE',
        help='{video_qid: [a weight for each frame]}, or another')
    parser.add_argument(
        '--format', choices=tuple(FORMATS),
        help='format of the predictions, instead of what their content says')
    parser.add_argument(
        '--protocol', choices=tuple(PROTOCOLS),
        help='how predictions are scored: which of several spans counts, what '
        'missing ones are. Defaults to nextgqa-all, with --preset release to '
        'nextgqa.')
    parser.add_argument(
        '--protocols', nargs='+', choices=(ALL, *PROTOCOLS), default=[],
        help='print the figures of these beside each other')
    parser.add_argument(
        '--normalized', action='store_true',
        help='the spans are fractions of the duration, not seconds')
    parser.add_argument(
        '--decoder', choices=DECODERS, default='adaptive',
        help='main decoder of --attention')
    parser.add_argument(
        '--preset', choices=tuple(PRESETS), default='paper',
        help='how --attention is decoded')
    parser.add_argument(
        '--missing', choices=MISSING_RULES,
        help='questions without prediction count as wrong or are skipped. '
        'Defaults to what the protocol does.')
    parser.add_argument('--json', help='where to write the report')
    add_overwrite_option(parser)
    return parser.parse_args()


def main() -> None:
    """Evaluate, print the table and write the report."""
    args = parse_args()
    if args.json:
        check_report_file(args.json, args.overwrite)
    report = evaluate_predictions(
        args.annotations,
        args.split,
        answers=args.answers,
        spans=args.spans,
        normalized=args.normalized,
        attention=args.attention,
        decoder=args.decoder,
        preset=args.preset,
        missing=args.missing,
        dataset=args.dataset,
        file_format=args.format,
        protocol=args.protocol,
        protocols=args.protocols)
    if args.json:
        write_json(args.json, report, indent=2)
    print(render_report(report))
    if args.protocols:
        print('\n' + render_protocols(report['protocols'],
                                      report['protocol']))
