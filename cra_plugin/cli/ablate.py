"""Train and test variants of a config with several seeds, and compare them.

Example:
    python tools/analysis_tools/ablate.py configs/cra_nextgqa.py
        --vary dot=model.grounding_head.gate=dot
        no_cma=model.cma_loss=None --seeds 1 2 3 --out work_dirs/ablation
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cra_plugin.ablation.plan import CHECKPOINTS
from cra_plugin.ablation.results import METRICS, PRIOR
from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.errors import InputError
from cra_plugin.evaluation.metrics import METRIC_NAMES

if TYPE_CHECKING:
    from cra_plugin.ablation.plan import Plan, Run


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').split(
        '\n')[0])
    parser.add_argument(
        'config', nargs='?', help='base config; without it and --plan, the '
        'ablation in --out goes on')
    parser.add_argument(
        '--plan', metavar='FILE', help='yaml, JSON or Python with config, '
        'options, variants, grid, base, seeds, tests, checkpoint; what the '
        'command line says comes on top')
    _add_plan_options(parser)
    parser.add_argument('--out', default='work_dirs/ablation',
                        help='folder of runs. Defaults to work_dirs/ablation')
    parser.add_argument('--jobs', type=int, default=1, metavar='N',
                        help='runs at a time. Defaults to 1.')
    parser.add_argument(
        '--recompute', action='store_true', help='run again, from the start, '
        'what was run with other settings. Defaults to a refusal.')
    _add_modes(parser)
    parser.add_argument('--metrics', nargs='+', default=list(METRICS),
                        choices=[*METRIC_NAMES, PRIOR], metavar='NAME',
                        help='columns of the table')
    for kind in ('json', 'markdown', 'csv'):
        parser.add_argument(
            f'--{kind}', metavar='FILE', help='the results. Defaults to '
            f'OUT/results.{"md" if kind == "markdown" else kind}.')
    return parser.parse_args()


def _add_plan_options(parser: argparse.ArgumentParser) -> None:
    """Add what a plan file can say too."""
    parser.add_argument(
        '--vary', nargs='+', action='extend', default=[],
        metavar='NAME=KEY=VALUE', help='a variant per NAME; several words of '
        'one NAME are one variant; KEY config names another config file')
    parser.add_argument(
        '--grid', nargs='+', action='extend', default=[],
        metavar='AXIS=KEY=VALUE', help='a variant per combination of a value '
        'of each AXIS')
    parser.add_argument('--base', metavar='NAME', help='the variant to '
                        'compare with. Defaults to base, the config as it is.')
    parser.add_argument('--seeds', nargs='+', type=int, metavar='N',
                        help='Defaults to 1 2 3.')
    parser.add_argument(
        '--tests', nargs='+', action='extend', default=[],
        metavar='NAME=KEY=VALUE', help='what to test on, by options of the '
        "test alone; NAME=split=val takes val_dataloader. Defaults to the "
        "config's test split.")
    parser.add_argument('--checkpoint', choices=CHECKPOINTS,
                        help='which one is tested. Defaults to best.')
    add_config_options(parser)


def _add_modes(parser: argparse.ArgumentParser) -> None:
    """Add what can be done instead of all runs."""
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument('--dry-run', action='store_true',
                       help='check all and list the runs')
    modes.add_argument('--table', action='store_true',
                       help='only compare what is finished')
    modes.add_argument('--only', type=int, metavar='INDEX',
                       help='do one run of the ablation in --out')
    modes.add_argument(
        '--slurm', nargs='*', metavar='KEY=VALUE', help='write OUT/'
        'ablate.sbatch, a job array, with such options of sbatch as '
        'partition=gpu gres=gpu:1')


def main() -> None:
    """Do what was asked for."""
    args = parse_args()
    if args.jobs < 1:
        raise InputError('--jobs', str(args.jobs), '1 or more')
    if args.only is not None:
        _do_one(args.out, args.only)
        return
    from cra_plugin.apis import ablate
    plan = _plan(args)
    looking = args.dry_run or args.table
    if looking or args.slurm is not None:
        runs, base = ablate.stored_runs(args.out) if plan is None else (
            ablate.prepare(plan, args.out, args.recompute, not looking),
            plan.base)
    if args.dry_run:
        _list(runs, args.out)
    elif args.slurm is not None:
        _write_array(runs, args)
    else:
        if not args.table:
            ablate.ablate(plan, args.out, args.jobs, args.recompute, _tell)
            runs, base = ablate.stored_runs(args.out)
        _compare(runs, base, args)


def _plan(args: argparse.Namespace) -> Plan | None:
    """Join plan file and command line; None where neither is there."""
    from cra_plugin.ablation.plan_fields import read_plan
    from cra_plugin.apis.config import read_config
    from cra_plugin.cli.ablation_words import read_axes, read_named_options
    fields: dict[str, Any] = {}
    if args.plan:
        fields = read_config(args.plan).to_dict()
    given = {'config': args.config, 'base': args.base, 'seeds': args.seeds,
             'checkpoint': args.checkpoint}
    fields |= {name: value for name, value in given.items()
               if value is not None}
    more = {'variants': read_named_options('--vary', args.vary),
            'grid': read_axes(args.grid),
            'tests': read_named_options('--tests', args.tests),
            'options': args.cfg_options or {}}
    for name, own in more.items():
        if own:
            fields[name] = {**(fields.get(name) or {}), **own}
    return read_plan(fields, args.plan or 'the command') if fields else None


def _do_one(out: str, index: int) -> None:
    """Do one run in this process."""
    from cra_plugin.ablation.parent_process import end_with_parent
    end_with_parent()
    from cra_plugin.apis.ablate import stored_runs
    from cra_plugin.apis.ablation_run import do_run
    runs = stored_runs(out)[0]
    if not 0 <= index < len(runs):
        raise InputError('--only', str(index),
                         f'0 to {len(runs) - 1}, a run of {out}',
                         'see --dry-run')
    do_run(out, runs[index])


def _list(runs: list[Run], out: str) -> None:
    """Print the runs and how far they are."""
    from cra_plugin.ablation.run_folder import RunFolder
    for index, run in enumerate(runs):
        print(f'{index}  {run}: {RunFolder(out, run).state()}')


def _write_array(runs: list[Run], args: argparse.Namespace) -> None:
    """Write the sbatch file for what is not finished."""
    from cra_plugin.ablation.run_folder import FINISHED, RunFolder
    from cra_plugin.ablation.slurm_array import write_array
    options = {}
    for word in args.slurm:
        name, sign, value = word.partition('=')
        if not sign:
            raise InputError(f'--slurm {word}', 'no KEY=VALUE',
                             'an option of sbatch', 'such as partition=gpu')
        options[name.lstrip('-')] = value
    left = [index for index, run in enumerate(runs)
            if RunFolder(args.out, run).state() != FINISHED]
    path = write_array(args.out, left, args.jobs, options)
    print(f'{len(left)} of {len(runs)} runs: sbatch {path}\n'
          f'then: cra-plugin ablate --out {args.out} --table')


def _compare(runs: list[Run], base: str, args: argparse.Namespace) -> None:
    """Print and write the results."""
    from cra_plugin.ablation.results import gather_results
    from cra_plugin.cli.ablation_results import report_results
    out = Path(args.out)
    report_results(gather_results(runs, args.out, base, args.metrics), out,
                   args.json or out / 'results.json',
                   args.csv or out / 'results.csv',
                   args.markdown or out / 'results.md')


def _tell(line: str) -> None:
    """Print at once, also into a file."""
    print(line, flush=True)
