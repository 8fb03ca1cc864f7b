"""Convert a checkpoint of the released CRA: IN.pth OUT.pth."""

import argparse

from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.cli.shipped_configs import shipped_configs


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description='Convert a checkpoint of the released CRA to one that '
        'tools/test.py and tools/train.py load')
    parser.add_argument('source', metavar='IN.pth', help='the released one')
    parser.add_argument('target', metavar='OUT.pth', help='file to write')
    parser.add_argument(
        '--config',
        default=str(shipped_configs() / 'cra_nextgqa_release.py'),
        help='config of the model that the parameters are for; default: '
        'cra_nextgqa_release.py, which comes with the package')
    add_config_options(parser)
    add_overwrite_option(parser)
    return parser.parse_args()


def main() -> None:
    """Convert, and say what became of the parameters."""
    args = parse_args()
    from cra_plugin.apis.convert_checkpoint import convert_checkpoint
    report = convert_checkpoint(args.source, args.target, args.config,
                                args.cfg_options, args.overwrite)
    print(f'{args.target}: {len(report.used)} parameters of {args.source}')
    for name, shape in report.dictionaries.items():
        print(f'  dictionary {name}: {" x ".join(map(str, shape))}')
    for kind, names in (('unused', report.unused),
                        ('unexpected', report.unexpected)):
        print(f'  {kind}: {", ".join(names) or "none"}')
