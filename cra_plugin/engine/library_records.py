"""Warnings of libraries: from the terminal to the file of the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import MemoryHandler

# More than any start has said; what comes later goes to the file at once.
CAPACITY = 10000


class _HeldRecords(MemoryHandler):
    """Keeps records until there is a file for them."""

    def __init__(self) -> None:
        super().__init__(CAPACITY, flushLevel=logging.CRITICAL + 1)

    def write_to(self, handler: logging.Handler) -> None:
        """Write what is held, and from now on each record at once.

        Args:
            handler (Handler): Where to.
        """
        self.setTarget(handler)
        self.flushLevel = logging.NOTSET
        self.flush()


@contextmanager
def held_library_records(speaks: bool = True) -> Iterator[None]:
    """Keep warnings of libraries from stderr, for the file of the log.

    Those of this package are printed as before, and are in the file too.

    Args:
        speaks (bool): Whether this process prints those of this package.
            Defaults to True.
    """
    held = _HeldRecords()
    root, own = logging.getLogger(), logging.getLogger('cra_plugin')
    root.addHandler(held)
    logging.captureWarnings(True)
    if speaks and logging.lastResort is not None:
        own.addHandler(logging.lastResort)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(held)
        if logging.lastResort is not None:
            own.removeHandler(logging.lastResort)
        held.close()


def write_library_records(logger: logging.Logger) -> None:
    """Write what is held, and what comes, to the file of a run's log.

    Does nothing outside of :func:`held_library_records`.

    Args:
        logger (Logger): The logger of the run.
    """
    files = [handler for handler in logger.handlers
             if isinstance(handler, logging.FileHandler)]
    for held in logging.getLogger().handlers:
        if isinstance(held, _HeldRecords):
            if files:
                held.write_to(files[0])
            _redirect_transformers()


def _redirect_transformers() -> None:
    """Lead what transformers logs past its own handler, as others' goes."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_default_handler()
    transformers_logging.enable_propagation()
