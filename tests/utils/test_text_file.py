"""Text files: what is no text, and what never ends."""

import os
import threading

import pytest

from cra_plugin.errors import InputError
from cra_plugin.utils import text_file
from cra_plugin.utils.text_file import read_text


def refused(path, *words):
    with pytest.raises(InputError) as caught:
        read_text(path, 'a list')
    for word in (str(path), *words):
        assert word in str(caught.value)


def test_text_is_given_as_it_is(tmp_path):
    path = tmp_path / 'text'
    path.write_bytes(b'\xef\xbb\xbfa\r\n\xc3\xbc')
    assert read_text(path, 'a list') == 'a\r\nü'


@pytest.mark.parametrize('device', ['/dev/zero', '/dev/null'])
def test_devices_are_not_read(device):
    refused(device, 'found a device', 'expected a list')


def test_no_file(tmp_path):
    refused(tmp_path, 'found a folder')
    refused(tmp_path / 'none', 'no such file')
    (tmp_path / 'file').write_text('')
    refused(tmp_path / 'file' / 'below', 'no such file')
    refused('a' * 300, 'cannot be read')
    refused('a\0b', 'null')


def write_pipe(tmp_path, blocks):
    """Write to a pipe in a thread, until nobody reads any more."""
    path = tmp_path / 'pipe'
    os.mkfifo(path)

    def write():
        with open(path, 'wb') as file:
            try:
                for block in blocks:
                    file.write(block)
                    file.flush()
            except BrokenPipeError:
                pass

    threading.Thread(target=write, daemon=True).start()
    return path


def test_pipes_are_read_to_their_end(tmp_path):
    assert read_text(write_pipe(tmp_path, [b'a', b'b']), 'a list') == 'ab'


@pytest.mark.parametrize(('block', 'words'), [
    (b'y\n', 'more than 3000000 bytes'), (b'\0', 'zero bytes')])
def test_pipes_without_end(tmp_path, monkeypatch, block, words):
    monkeypatch.setattr(text_file, 'LARGEST_PIPE', 3 * 10**6)
    endless = iter(lambda: block * 2**19, None)
    refused(write_pipe(tmp_path, endless), words)


def test_a_file_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(text_file, 'LARGEST_FILE', 10**6)
    path = tmp_path / 'text'
    path.write_bytes(b'1' * (10**6 + 1))
    refused(path, 'more than 1000000 bytes')
