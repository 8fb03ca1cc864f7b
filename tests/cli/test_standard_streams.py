"""Streams that lack letters or readers."""

import io
import subprocess
import sys

import pytest

from cra_plugin.cli import standard_streams

LOGGING = """
import logging, sys
from cra_plugin.cli.command_line import run_tool

def main():
    handler = logging.StreamHandler(sys.stdout)
    logging.getLogger().addHandler(handler)
    sys.stdin.read()
    for _ in range(9):
        logging.warning('an epoch is over')
    open('done', 'w').close()

run_tool(main, needs_torch=False)
"""


def test_work_goes_on_when_nobody_reads_its_log(tmp_path):
    """As a training of which `head` shows the first lines."""
    process = subprocess.Popen(
        [sys.executable, '-c', LOGGING], cwd=tmp_path, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    process.stdin.close()
    assert process.stderr.read() == b''
    assert process.wait() == 0
    assert (tmp_path / 'done').exists()
    process.stderr.close()


@pytest.mark.parametrize(('encoding', 'expected'), [
    ('ascii', b"-+|>= ->... 'x' \\xe9 \\u8996 \\ud800"),
    ('cp1252', b'-+|>= ->\x85 \x91x\x92 \xe9 \\u8996 \\ud800'),
    ('utf-8', '─┼│≥ →… \u2018x\u2019 é 視 \\ud800'.encode())])
def test_look_alikes_and_escapes(encoding, expected, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr('sys.stdout', stream)
    monkeypatch.setattr('logging.raiseExceptions', True)
    standard_streams.prepare_streams()
    print('─┼│≥ →… \u2018x\u2019 é 視 \ud800', end='', flush=True)
    assert stream.buffer.getvalue() == expected
