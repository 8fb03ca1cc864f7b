"""Write predictions as a page to browse: tables, filters, timelines.

Example:
    python tools/analysis_tools/report.py work_dirs/val.json --split val
        --annotations data/nextgqa --out report.html --videos data/videos
"""

from __future__ import annotations

import argparse

from cra_plugin.apis.write_report import write_report
from cra_plugin.cli.prediction_arguments import (
    add_annotation_options,
    add_evidence_options,
    evaluation_options,
)
from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.evaluation.report_table import describe_report


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument(
        'predictions', nargs='*', metavar='PREDICTIONS',
        help='file of the answers in any format of docs/predictions.md, or '
        'several that are parts of one; without --spans and --attention, '
        'PREDICTIONS_attention.json or PREDICTIONS_spans.json beside it, as '
        'tools/test.py --dump writes them, is read too')
    add_annotation_options(parser)
    add_evidence_options(parser)
    parser.add_argument(
        '--videos', metavar='DIR', help='folder of the videos; the page plays '
        'them from where they are, so keep both in their places')
    parser.add_argument('--out', required=True, metavar='FILE.html',
                        help='where to write the page')
    add_overwrite_option(parser)
    return parser.parse_args()


def main() -> None:
    """Write the page and say what is on it."""
    args = parse_args()
    report = write_report(
        args.predictions or None, out=args.out, videos=args.videos,
        overwrite=args.overwrite, **evaluation_options(args))
    print(describe_report(report))
    print(f'Page: {args.out}')
