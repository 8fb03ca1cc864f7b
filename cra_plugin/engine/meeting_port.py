"""Check the port at which the processes of a run meet."""

from __future__ import annotations

import errno
import socket

from cra_plugin.errors import InputError


def check_port(port: str, listen: bool) -> None:
    """Refuse a port that the processes could not meet at.

    Args:
        port (str): Its number.
        listen (bool): Whether this process is the one that will listen, so
            that it tries to.

    Raises:
        InputError: If it is no number, 0, in use, or not for this user.
    """
    fix = ('set PORT=... for tools/dist_train.sh and dist_test.sh, '
           'MASTER_PORT=... elsewhere, to one that is free')
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        # At 0, each process would wait for ever at a port of its own.
        raise InputError('PORT or MASTER_PORT', port or 'nothing',
                         'a port that all processes know, 1 to 65535', fix)
    if not listen:
        return
    both = socket.has_dualstack_ipv6()
    try:
        socket.create_server(
            ('', int(port)), dualstack_ipv6=both,
            family=socket.AF_INET6 if both else socket.AF_INET).close()
    except OSError as error:
        used = error.errno == errno.EADDRINUSE
        raise InputError(
            f'port {port}',
            'in use by another program' if used else f'unusable ({error})',
            'a free port, at which the processes of the run meet',
            fix) from error
