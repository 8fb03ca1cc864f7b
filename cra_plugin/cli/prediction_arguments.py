"""Options that name annotations and predictions, and how they are read."""

from __future__ import annotations

import argparse
from typing import Any

from cra_plugin.annotations.formats import FORMATS as DATASETS
from cra_plugin.evaluation.coverage import MISSING_RULES
from cra_plugin.evaluation.formats.format_table import FORMATS
from cra_plugin.evaluation.protocols.protocol_table import PROTOCOLS
from cra_plugin.spans.decoding_preset import DECODERS, PRESETS


def add_annotation_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--annotations``, ``--dataset`` and ``--split``.

    Args:
        parser (argparse.ArgumentParser): Changed in place.
    """
    parser.add_argument(
        '--annotations', required=True, help='folder of the annotations')
    parser.add_argument(
        '--dataset', choices=tuple(DATASETS), default='nextgqa',
        help='format of the annotations; their official file names are taken')
    parser.add_argument('--split', default='val', help='split to evaluate')


def add_evidence_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--spans``, ``--attention`` and how they are read.

    Args:
        parser (argparse.ArgumentParser): Changed in place.
    """
    evidence = parser.add_mutually_exclusive_group()
    evidence.add_argument(
        '--spans', nargs='+', metavar='FILE',
        help='{video_qid: [start, end]}, or another of the formats')
    evidence.add_argument(
        '--attention', nargs='+', metavar='FILE',
        help='{video_qid: [a weight for each frame]}, or another')
    add_scoring_options(parser)


def add_scoring_options(parser: argparse.ArgumentParser) -> None:
    """Add how predictions are read and scored, whatever files they are in.

    Args:
        parser (argparse.ArgumentParser): Changed in place.
    """
    parser.add_argument(
        '--format', choices=tuple(FORMATS),
        help='format of the predictions, instead of what their content says')
    parser.add_argument(
        '--protocol', choices=tuple(PROTOCOLS),
        help='how predictions are scored: which of several spans counts, what '
        'missing ones are. Defaults to nextgqa-all, with --preset release to '
        'nextgqa.')
    parser.add_argument(
        '--normalized', action='store_true',
        help='the spans are fractions of the duration, not seconds')
    parser.add_argument(
        '--decoder', choices=DECODERS, default='adaptive',
        help='main decoder of weights of frames')
    parser.add_argument(
        '--preset', choices=tuple(PRESETS), default='paper',
        help='how weights of frames are decoded')
    parser.add_argument(
        '--missing', choices=MISSING_RULES,
        help='questions without prediction count as wrong or are skipped. '
        'Defaults to what the protocol does.')


def evaluation_options(args: argparse.Namespace) -> dict[str, Any]:
    """Give the options of both to ``apis.evaluate_predictions``.

    Args:
        args (argparse.Namespace): What the parser returned.

    Returns:
        dict[str, Any]: Its keyword arguments, but for the answers.
    """
    names = ('annotations', 'split', 'spans', 'attention')
    return scoring_options(args) | {
        name: getattr(args, name) for name in names}


def scoring_options(args: argparse.Namespace) -> dict[str, Any]:
    """Give the dataset and the options of :func:`add_scoring_options`.

    Args:
        args (argparse.Namespace): What the parser returned.

    Returns:
        dict[str, Any]: Keyword arguments of ``apis.evaluate_predictions``.
    """
    names = ('dataset', 'normalized', 'decoder', 'preset', 'missing',
             'protocol')
    return {name: getattr(args, name) for name in names} | {
        'file_format': args.format}
