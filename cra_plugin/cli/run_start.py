"""What a run says and checks before anything slow is imported."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cra_plugin.engine.launcher_variables import is_first_process
from cra_plugin.utils.start_up import resting_collector
from cra_plugin.version import __version__


def announce(*words: str) -> None:
    """Print the first line of a run at once, with the version.

    Args:
        *words (str): The command and what it works on.
    """
    print(f'cra_plugin {__version__}:', *words, flush=True)


@contextmanager
def starting_run(args: argparse.Namespace, words: Sequence[str],
                 splits: Sequence[str],
                 checkpoint: str | None = None) -> Iterator[None]:
    """Announce a run, look whether its inputs are there, keep libraries quiet.

    The garbage collector rests until the run has read its data.

    Args:
        args (Namespace): ``config``, ``cfg_options``, ``launcher`` and
            ``verbose``.
        words (Sequence[str]): What to announce.
        splits (Sequence[str]): The loops that run, of ``'train'``, ``'val'``
            and ``'test'``.
        checkpoint (str, optional): What is tested. Defaults to None.

    Raises:
        InputError: If a file or folder is missing.
    """
    first = is_first_process(args.launcher)
    if first:
        announce(*words)
    from cra_plugin.apis.first_look import look_at_inputs
    look_at_inputs(args.config, args.cfg_options, splits, checkpoint)
    with resting_collector():
        if args.verbose:
            yield
            return
        from cra_plugin.engine.library_records import held_library_records
        with held_library_records(speaks=first):
            yield
