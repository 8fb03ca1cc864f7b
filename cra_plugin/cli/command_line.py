"""How every tool ends: 0 on success, 2 and one clear line on bad input."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from cra_plugin.cli.run_faults import explain_fault
from cra_plugin.compat.versions import VersionError, check_versions
from cra_plugin.errors import InputError


def run_tool(main: Callable[[], None], needs_torch: bool = True) -> None:
    """Run a tool's ``main`` and turn bad input into one line and status 2.

    A tool that needs torch imports it inside ``main``, so that a missing
    package is such a line too and ``--help`` is quick.

    Args:
        main (Callable[[], None]): Parses the arguments and does the work.
        needs_torch (bool): Check the installed packages first. Defaults to
            True.
    """
    try:
        if needs_torch:
            check_versions()
        main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (InputError, OSError, VersionError) as error:
        _end(str(error))
    except RuntimeError as error:
        explanation = explain_fault(error)
        if explanation is None:
            raise
        _end(explanation)
    except ModuleNotFoundError as error:
        package = (error.name or '').split('.')[0]
        if package in ('', 'cra_plugin'):
            raise
        _end(f'the package {package} is not installed; run: pip install '
             'cra_plugin, which installs all it needs')


def _end(message: str) -> NoReturn:
    """Print one line and exit with status 2.

    A data loader hands on what a worker raised with the worker's traceback
    in front.
    """
    message = message.rsplit('InputError: ', maxsplit=1)[-1]
    print(f'error: {" ".join(message.split())}', file=sys.stderr)
    sys.exit(2)
