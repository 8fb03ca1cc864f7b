"""Train or test by several processes: python tools/launch.py OPTIONS TOOL."""

import sys
from itertools import dropwhile

from cra_plugin.cli.run_start import announce
from cra_plugin.engine.process_launcher import launch_processes


def main() -> None:
    """Start the processes, by the options of torchrun."""
    script = [*dropwhile(lambda word: word.startswith('-'), sys.argv[1:])]
    if script:
        announce('launch', *script)
    launch_processes(sys.argv[1:])
