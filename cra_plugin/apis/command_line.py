"""How every tool ends: 0 on success, 2 and one clear line on bad input."""

from __future__ import annotations

import sys
from collections.abc import Callable

from cra_plugin.errors import InputError


def run_tool(main: Callable[[], None]) -> None:
    """Run a tool's ``main`` and turn bad input into one line and status 2.

    Args:
        main (Callable[[], None]): Parses the arguments and does the work.
    """
    try:
        main()
    except (InputError, OSError) as error:
        message = ' '.join(str(error).split())
        print(f'error: {message}', file=sys.stderr)
        sys.exit(2)
