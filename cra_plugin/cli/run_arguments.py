"""The options that training and testing share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import Any

from cra_plugin.cli.config_options_action import ConfigOptionsAction


def add_config_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--cfg-options``.

    Args:
        parser (ArgumentParser): The parser to extend.
    """
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=ConfigOptionsAction,
        metavar='KEY=VALUE',
        help='settings to change: key=value, key.of.a.field="[a,b]", "key=a '
        'value with spaces"; what is a text in the config stays one')


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a run and those of launchers.

    Args:
        parser (ArgumentParser): The parser to extend.
    """
    parser.add_argument(
        '--work-dir',
        help='folder of logs and checkpoints; default: the one of the config, '
        'or work_dirs/<name of the config>')
    add_config_options(parser)
    parser.add_argument(
        '--verbose',
        action='store_true',
        help='show on the terminal all that is in the file of the log')
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='how the processes were started')
    parser.add_argument(
        '--local_rank',
        '--local-rank',
        action=_SetLocalRank,
        type=int,
        help='given by launchers that set no LOCAL_RANK')


class _SetLocalRank(argparse.Action):
    """Hand the number of the process on its machine to torch."""

    def __call__(self,
                 parser: argparse.ArgumentParser,
                 namespace: argparse.Namespace,
                 values: str | Sequence[Any] | None,
                 option_string: str | None = None) -> None:
        """Set ``LOCAL_RANK`` unless the launcher did."""
        os.environ.setdefault('LOCAL_RANK', str(values))
        setattr(namespace, self.dest, values)
