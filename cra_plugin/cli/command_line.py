"""How every tool ends: 0 on success, 2 and one clear line on bad input."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

from cra_plugin.cli.process_exit import leave_process_group
from cra_plugin.cli.run_faults import explain_fault, last_words
from cra_plugin.cli.standard_streams import prepare_streams, release_streams
from cra_plugin.compat.versions import VersionError, check_versions
from cra_plugin.errors import InputError

# What writing to a file that was open before may raise.
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO,
              errno.EBADF)
# What a terminal would take for commands; names in files may hold it.
CONTROL = re.compile(r'[\x00-\x1f\x7f-\x9f]')
# Seconds after which the other processes of a run speak for themselves.
LATER = 5


def run_tool(main: Callable[[], None], needs_torch: bool = True) -> None:
    """Run a tool's ``main`` and turn bad input into one line and status 2.

    A tool that needs torch imports it inside ``main``, so that a missing
    package is such a line too and ``--help`` is quick. Ctrl-C ends with
    status 130.

    Args:
        main (Callable[[], None]): Parses the arguments and does the work.
        needs_torch (bool): Check the installed packages first. Defaults to
            True.
    """
    threading.excepthook = _report_thread
    prepare_streams()
    try:
        _run(main, needs_torch)
    except SystemExit as end:
        leave_process_group(end.code)
        raise
    leave_process_group(0)


def _run(main: Callable[[], None], needs_torch: bool) -> None:
    """Run it; what is known to go wrong becomes a line and a status."""
    try:
        if needs_torch:
            check_versions()
        _attempt(main)
    except KeyboardInterrupt:
        _end('interrupted', 128 + signal.SIGINT)
    except Exception as error:
        explanation = explain_fault(error)
        if explanation is not None:
            _end_at_once(explanation)
        if isinstance(error, BrokenPipeError):
            return  # whoever read our output has enough, as `head` does
        if isinstance(error, OSError) and error.errno in UNWRITABLE and (
                error.filename is None):
            # Files that we open have names.
            _end(f'stdout or another output: {error.strerror}')
        if isinstance(error, (InputError, OSError, VersionError)):
            details = getattr(error, 'details', ())
            _end(error.headline if isinstance(error, InputError) and details
                 else last_words(error), details=details)
        elif isinstance(error, ModuleNotFoundError):
            _end_without_package(error)
        else:
            raise
    finally:
        release_streams()


def _attempt(main: Callable[[], None]) -> None:
    """Do the work.

    Where it fails, torch's handler no longer raises wherever the program is
    that a data worker has ended: that is known, or what is done next.
    """
    try:
        main()
        sys.stdout.flush()
    except BaseException:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        raise


def _end(message: str, status: int = 2,
         details: Sequence[str] = ()) -> NoReturn:
    """Print one line, or several where there are several faults, and exit.

    What is wrong is mostly wrong for all processes of a run. The first one
    on a machine says so, and whatever launched them ends the others.
    """
    if os.environ.get('LOCAL_RANK', '0') != '0':
        time.sleep(LATER)
    lines = [f'error: {" ".join(message.split())}', *details]
    with suppress(OSError):
        for line in lines:
            print(CONTROL.sub(lambda found: f'\\x{ord(found[0]):02x}', line),
                  file=sys.stderr)
    sys.exit(status)


def _end_at_once(message: str) -> NoReturn:
    """Print one line and exit, whoever else hangs.

    Locks and queues that are shared with a process that was killed, and
    groups of processes with one that is gone, may never be free again, and
    an orderly exit waits for them.
    """
    with suppress(OSError):
        print(f'error: {message}', file=sys.stderr, flush=True)
        sys.stdout.flush()
    for child in multiprocessing.active_children():
        child.kill()
    logging.shutdown()
    os._exit(2)


def _end_without_package(error: ModuleNotFoundError) -> None:
    """Say which package is missing; raise where it is a part of ours."""
    package = (error.name or '').split('.')[0]
    if package in ('', 'cra_plugin'):
        raise error
    _end(f'the package {package} is not installed; run: pip install '
         'cra_plugin, which installs all it needs')


def _report_thread(arguments: threading.ExceptHookArgs) -> None:
    """Leave faults that end a thread of torch to the main thread's line."""
    error = arguments.exc_value
    if error is None or explain_fault(error) is None:
        threading.__excepthook__(arguments)
