"""Outputs that are no regular files, and places that cannot be written."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.output_place import (
    check_output_place,
    regular_output,
    resolve_output,
)


@pytest.mark.parametrize('name', ['pipe', 'link'])
def test_a_pipe_is_written_into(tmp_path, name):
    os.mkfifo(tmp_path / 'pipe')
    (tmp_path / 'link').symlink_to('pipe')
    found = []
    reader = threading.Thread(
        target=lambda: found.append((tmp_path / 'pipe').read_text()))
    reader.start()
    with atomic_path(tmp_path / name) as temporary:
        temporary.write_text('text')
    reader.join()
    assert found == ['text']
    assert (tmp_path / 'pipe').is_fifo()
    assert sorted(os.listdir(tmp_path)) == ['link', 'pipe']


def test_a_failed_block_writes_nothing_into_it(tmp_path):
    reading, writing = os.pipe()
    with (pytest.raises(ZeroDivisionError),
          atomic_path(f'/dev/fd/{writing}') as temporary):
        temporary.write_text('half')
        raise ZeroDivisionError
    os.close(writing)
    assert os.read(reading, 9) == b''
    os.close(reading)


def test_an_open_file_goes_on_where_it_is(tmp_path):
    with open(tmp_path / 'log', 'w') as file:
        file.write('before ')
        file.flush()
        place = f'/proc/self/fd/{file.fileno()}'
        (tmp_path / 'link').symlink_to(place)
        for name in (place, tmp_path / 'link'):
            with atomic_path(name) as temporary:
                temporary.write_text('text ')
        file.write('after')
    assert (tmp_path / 'log').read_text() == 'before text text after'


def test_an_open_file_of_another_process(tmp_path):
    with open(tmp_path / 'log', 'a') as log:
        process = subprocess.Popen(
            [sys.executable, '-c', 'input()'], stdin=subprocess.PIPE,
            stdout=log)
    (tmp_path / 'log').write_text('before ')
    with atomic_path(f'/proc/{process.pid}/fd/1') as temporary:
        temporary.write_text('text')
    process.communicate(b'\n')
    assert (tmp_path / 'log').read_text() == 'before text'


def test_what_has_to_be_a_file(tmp_path):
    os.mkfifo(tmp_path / 'pipe')
    for path, words in ((tmp_path / 'pipe', 'a pipe'),
                        ('/dev/null', 'a device'),
                        ('/dev/stdout', 'an open file')):
        with pytest.raises(InputError, match=words):
            regular_output(path)
    assert regular_output(tmp_path / 'new') == resolve_output(
        tmp_path / 'new')


def test_places_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / 'file').touch()
    for path, words in ((tmp_path, 'a folder'),
                        (tmp_path / 'file' / 'a' / 'b', 'file: found a file'),
                        ('/dev/fd/9999', 'no open file')):
        with pytest.raises(InputError, match=words):
            check_output_place(path)
    # The superuser may write anywhere.
    monkeypatch.setattr('os.access', lambda *_: False)
    for path in (tmp_path / 'file', tmp_path / 'new' / 'new'):
        with pytest.raises(InputError, match='no write permission'):
            check_output_place(path)


def test_what_takes_nothing(tmp_path):
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / 'socket'))
    (tmp_path / 'file').touch()
    reading = os.open(tmp_path / 'file', os.O_RDONLY)
    for path in ('/dev/full', tmp_path / 'socket', f'/dev/fd/{reading}'):
        with (pytest.raises(InputError, match='no way to write all of it'),
              atomic_path(path) as temporary):
            temporary.write_text('text')
    unix.close()
    os.close(reading)
