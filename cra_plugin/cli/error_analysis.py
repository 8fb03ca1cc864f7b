"""Analyze where predictions err, and what a model goes by.

Example:
    python tools/analysis_tools/error_analysis.py work_dirs/val.json
        --annotations data/nextgqa --split val --pictures analysis
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from cra_plugin.apis.analyze_errors import analyze_errors
from cra_plugin.cli.prediction_arguments import (
    add_annotation_options,
    add_evidence_options,
    evaluation_options,
)
from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.errors import InputError
from cra_plugin.evaluation.analysis.error_table import render_errors
from cra_plugin.evaluation.output_files import check_analysis_files
from cra_plugin.utils.json_file import write_json
from cra_plugin.visualization.error_charts import draw_errors

SPLITS = ('val', 'test')


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').split(
        '\n')[0])
    parser.add_argument(
        'predictions', nargs='*', metavar='PREDICTIONS',
        help='file of the answers in any format of docs/predictions.md, or '
        'several that are parts of one; weights or spans beside it are read '
        'too, as tools/test.py --dump writes them')
    add_annotation_options(parser)
    add_evidence_options(parser)
    parser.add_argument('--json', metavar='FILE', help='the whole analysis')
    parser.add_argument('--pictures', metavar='DIR',
                        help='a folder for the pictures, as PNG')
    parser.add_argument(
        '--probe', nargs='+', metavar='CONFIG [CHECKPOINT]',
        help='test this model with the videos of others and asked other '
        'questions; without PREDICTIONS, analyze its own')
    parser.add_argument(
        '--probe-dir', metavar='DIR', help='predictions and logs of the '
        'probes. Defaults to work_dirs/<name of the config>_probes.')
    add_config_options(parser)
    parser.add_argument('--verbose', action='store_true',
                        help='show all of the logs of the probes')
    add_overwrite_option(parser)
    return parser.parse_args()


def main() -> None:
    """Analyze, print the tables and write the files."""
    args = parse_args()
    _check(args)
    check_analysis_files(args.json, args.pictures, args.overwrite)
    analysis = analyze_errors(
        args.predictions or None, **_probing(args),
        **evaluation_options(args))
    if args.json:
        write_json(args.json, analysis, indent=2)
    print(render_errors(analysis))
    if args.pictures:
        pictures = draw_errors(analysis, args.pictures)
        print(f'\n{len(pictures)} pictures: {args.pictures}')


def _check(args: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    if args.probe is None:
        return
    if len(args.probe) > 2:
        raise InputError('--probe', f'{len(args.probe)} files', 'a config '
                         'and a checkpoint', 'name PREDICTIONS before it')
    if args.split not in SPLITS:
        raise InputError('--split', args.split, 'val or test, the '
                         'dataloaders of a config', 'leave --probe out')


def _probing(args: argparse.Namespace) -> dict[str, Any]:
    """The probe, and what it dumps."""
    if args.probe is None:
        return {}
    folder = Path(args.probe_dir or
                  f'work_dirs/{Path(args.probe[0]).stem}_probes')
    probe: Callable[[], Any] = partial(_run_probe, args, folder)
    return {'probe': probe, 'dumped': folder / 'plain.json'}


def _run_probe(args: argparse.Namespace, folder: Path) -> Any:
    """Test the model, which takes torch."""
    from cra_plugin.cli.run_start import starting_run
    from cra_plugin.compat.versions import check_versions
    check_versions()
    config, checkpoint = (*args.probe, None)[:2]
    run = argparse.Namespace(config=config, cfg_options=args.cfg_options,
                             launcher='none', verbose=args.verbose)
    with starting_run(run, ('probe', config, checkpoint or ''),
                      (args.split, ), checkpoint):
        from cra_plugin.apis.probe_biases import probe_biases
        return probe_biases(config, checkpoint, folder, args.split,
                            args.cfg_options, args.overwrite, args.verbose)
