"""Ask questions about videos in the browser.

Example:
    python tools/app.py --config examples/evidence_shapes.py
        --checkpoint examples/evidence_shapes.pth
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

from cra_plugin.cli.inferencer_arguments import (
    add_inferencer_options,
    build_inferencer,
    check_inferencer_options,
)
from cra_plugin.errors import InputError
from cra_plugin.version import __version__

HOST = '127.0.0.1'
PORT = 7860


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description='A page on which to upload a video, ask a question and '
        'see answer, picture and clip. Without --config by CLIP alone, which '
        'nothing has been trained for.')
    add_inferencer_options(parser)
    group = parser.add_argument_group('page')
    group.add_argument(
        '--host', default=HOST, help='address to listen at. Anybody who '
        f'reaches it may ask. Defaults to {HOST}, this machine alone.')
    group.add_argument('--port', type=int, default=PORT,
                       help=f'port to listen at. Defaults to {PORT}.')
    return parser.parse_args()


def main() -> None:
    """Serve the page until Ctrl-C."""
    args = parse_args()
    check_inferencer_options(args)
    if find_spec('gradio') is None:
        raise InputError('gradio', 'none installed', 'the extra app',
                         "run: pip install 'gradio>=6,<7', or, where the "
                         "package lies, pip install -e '.[app]'")
    from cra_plugin.apis.app_server import check_address, serve_app

    check_address(args.host, args.port)
    print(f'cra_plugin {__version__}: loading the model', file=sys.stderr,
          flush=True)
    serve_app(build_inferencer(args), args.host, args.port)
