"""Compare all methods on simulated features of NExT-GQA's annotations.

Example:
    python tools/analysis_tools/bench.py --annotations data/nextgqa
        --text-encoder all-MiniLM-L6-v2 --out work_dirs/bench_minilm
"""

from __future__ import annotations

import argparse
from pathlib import Path

from cra_plugin.apis.bench_methods import METHODS
from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.cli.shipped_configs import shipped_configs


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description='Simulate frame features for NExT-GQA, train every '
        'method with every seed, and write one table. The same command goes '
        'on where it was stopped.')
    parser.add_argument('--annotations', required=True, metavar='DIR',
                        help="NExT-GQA's annotations of val and test")
    parser.add_argument('--out', default='work_dirs/bench', metavar='DIR',
                        help='defaults to work_dirs/bench')
    parser.add_argument('--configs', default=str(shipped_configs()),
                        metavar='DIR', help='defaults to those that come '
                        'with the package')
    parser.add_argument('--methods', nargs='+', metavar='NAME',
                        help=f'some of {", ".join(METHODS)}. Defaults to '
                        'all.')
    parser.add_argument('--seeds', nargs='+', type=int, default=[1, 2, 3],
                        metavar='N', help='defaults to 1 2 3')
    parser.add_argument(
        '--text-encoder', metavar='DIR_OR_NAME', help='pretrained encoder, '
        'kept frozen. Defaults to a small one from scratch.')
    parser.add_argument(
        '--event-encoder', metavar='DIR_OR_NAME', help='encoder in whose '
        'space the frames show events. Defaults to random words.')
    parser.add_argument('--swap', action='store_true',
                        help='train on val and test on test')
    parser.add_argument('--max-epochs', type=int, default=6, metavar='N',
                        help='defaults to 6')
    parser.add_argument('--jobs', type=int, default=1, metavar='N',
                        help='runs at a time. Defaults to 1.')
    add_config_options(parser)
    return parser.parse_args()


def main() -> None:
    """Run the bench."""
    args = parse_args()
    from cra_plugin.apis.bench import run_bench
    from cra_plugin.cli.ablation_results import report_results
    results = run_bench(
        args.annotations, args.out, args.configs,
        args.methods or tuple(METHODS), args.seeds, args.text_encoder,
        args.swap, args.max_epochs, args.jobs, args.cfg_options,
        args.event_encoder)
    file = Path(args.out, 'swapped' if args.swap else 'results')
    report_results(results, args.out, *(
        file.with_suffix(f'.{kind}') for kind in ('json', 'csv', 'md')))
