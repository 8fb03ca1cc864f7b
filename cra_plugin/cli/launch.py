"""Train or test by several processes: python tools/launch.py OPTIONS TOOL."""

import sys

from cra_plugin.engine.process_launcher import launch_processes


def main() -> None:
    """Start the processes, by the options of torchrun."""
    launch_processes(sys.argv[1:])
