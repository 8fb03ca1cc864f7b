import socket

import pytest

from cra_plugin.engine.meeting_port import check_port
from cra_plugin.errors import InputError
from tests.helpers.process_group import free_port


@pytest.mark.parametrize('address', ['127.0.0.1', ''])
def test_a_port_in_use_is_named(address):
    with socket.create_server((address, 0)) as server:
        port = str(server.getsockname()[1])
        with pytest.raises(InputError, match=f'port {port}: found in use .*'
                           r'Fix: set PORT=\.\.\.'):
            check_port(port, listen=True)
        # Whoever does not listen there finds the others there.
        check_port(port, listen=False)


def test_a_free_port_stays_free():
    port = free_port()
    check_port(str(port), listen=True)
    socket.create_server(('127.0.0.1', port)).close()


@pytest.mark.parametrize('port', ['0', '65536', '-1', 'abc', ''])
@pytest.mark.parametrize('listen', [True, False])
def test_what_is_no_port(port, listen):
    with pytest.raises(InputError, match='1 to 65535'):
        check_port(port, listen)
