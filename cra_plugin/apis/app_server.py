"""Serves the page on which questions are asked."""

from __future__ import annotations

import os
import socket

from cra_plugin.apis.grounding_inferencer import GroundingInferencer
from cra_plugin.errors import InputError


def check_address(host: str, port: int) -> None:
    """Refuse an address at which nothing can listen, before the work.

    Args:
        host (str): Name or address of this machine.
        port (int): The port.

    Raises:
        InputError: If it is no such address, or taken.
    """
    if not 1 <= port <= 65535:
        raise InputError('--port', str(port), '1 to 65535',
                         'leave it out for 7860')
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind, protocol) as listener:
            # As servers do, so that one that has just ended is not in the way.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except (OSError, UnicodeError) as error:
        raise InputError(
            f'--host {host} --port {port}',
            f'no place to listen at ({getattr(error, "strerror", error)})',
            'an address of this machine with a free port',
            'pass another --port') from None


def serve_app(inferencer: GroundingInferencer, host: str, port: int) -> None:
    """Serve the page until Ctrl-C.

    Nothing is sent anywhere: no telemetry, no fonts from the network, and no
    tunnel that would show the page to others.

    Args:
        inferencer (GroundingInferencer): Who answers.
        host (str): Address to listen at.
        port (int): Port to listen at.
    """
    # Before gradio is imported, which asks for its newest version otherwise.
    os.environ['GRADIO_ANALYTICS_ENABLED'] = 'False'
    import gradio

    from cra_plugin.apis.question_app import build_app

    fonts = dict(font=['system-ui', 'sans-serif'], font_mono=['monospace'])
    app = build_app(inferencer)
    _, url, _ = app.launch(
        server_name=host, server_port=port, share=False, quiet=True,
        ssr_mode=False, prevent_thread_lock=True,
        theme=gradio.themes.Default(**fonts))
    print(f'Ask at {url} (Ctrl-C ends it)', flush=True)
    app.block_thread()
