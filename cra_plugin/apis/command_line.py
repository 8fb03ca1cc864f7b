"""How every tool ends: 0 on success, 2 and one clear line on bad input."""

from __future__ import annotations

import sys
from collections.abc import Callable

from cra_plugin.compat import VersionError, check_versions
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
    except (InputError, OSError, VersionError) as error:
        message = ' '.join(str(error).split())
        print(f'error: {message}', file=sys.stderr)
        sys.exit(2)
