"""mmengine's text files in UTF-8, whatever the locale is.

mmengine 0.10.7 opens its logs and the note ``last_checkpoint`` in the
locale's encoding: a letter that it lacks, as in the name of a work dir,
prints a traceback for each line of the log and ends the run when its first
checkpoint is noted. No upstream issue is known.
"""

from __future__ import annotations

import functools
import logging
from typing import Any


def write_logs_in_utf8() -> None:
    """Let logs take any text."""
    from mmengine.logging import MMLogger

    create = MMLogger.__init__
    if hasattr(create, '__wrapped__'):
        return

    @functools.wraps(create)
    def create_in_utf8(self: MMLogger, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        for handler in self.handlers:
            if isinstance(handler, logging.FileHandler) and handler.stream:
                handler.encoding, handler.errors = 'utf-8', 'backslashreplace'
                handler.stream.reconfigure(
                    encoding=handler.encoding, errors=handler.errors)

    MMLogger.__init__ = create_in_utf8  # type: ignore[method-assign]


def write_notes_in_utf8() -> None:
    """Let the note of the last checkpoint take any path."""
    from mmengine.hooks import checkpoint_hook

    vars(checkpoint_hook)['open'] = functools.partial(
        open, encoding='utf-8', errors='surrogateescape')
