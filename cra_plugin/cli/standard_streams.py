"""Keep stdout and stderr usable: any encoding, closed, full, unread."""

from __future__ import annotations

import codecs
import io
import logging
import os
import sys

# What stands for characters that a stream does not have.
LOOK_ALIKES = str.maketrans({
    **dict.fromkeys('─━═╌╴╶╸╺\u2010\u2011\u2013\u2014\u2212', '-'),
    **dict.fromkeys('│┃║╎', '|'),
    **dict.fromkeys('┌┐└┘├┤┬┴┼╭╮╰╯╡╞╪╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋┡┩╇', '+'),
    **dict.fromkeys('\u2018\u2019', "'"), **dict.fromkeys('“”', '"'),
    '·': '-', '•': '*', '…': '...', '\u00d7': 'x', '→': '->', '±': '+-',
    '≥': '>=', '≤': '<=', '✓': 'v', '✗': 'x', '\u00a0': ' '})
_HANDLER = 'cra_plugin.look_alikes'


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write what cannot be encoded as look-alikes, else as escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start:error.end].translate(LOOK_ALIKES)
    return text.encode('ascii', 'backslashreplace').decode(), error.end


def prepare_streams() -> None:
    """Make stdout and stderr take everything that is printed.

    Closed ones are opened on the null device, before another file gets their
    number. A log record that cannot be written is left out: the run is worth
    more, and the file of the log has it too.
    """
    codecs.register_error(_HANDLER, _replace)
    for number, name in ((1, 'stdout'), (2, 'stderr')):
        if getattr(sys, name) is None:
            _discard(number)
            setattr(sys, name, os.fdopen(number, 'w', closefd=False))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)
    logging.raiseExceptions = False


def release_streams() -> None:
    """Write what was printed; where that fails, nothing more is written.

    Without it the interpreter would try again at its exit, complain, and set
    its own status, also where a terminal is gone.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _discard(stream.fileno())


def _discard(number: int) -> None:
    """Lead an open file to the null device."""
    null = os.open(os.devnull, os.O_WRONLY)
    if null != number:
        os.dup2(null, number)
        os.close(null)
