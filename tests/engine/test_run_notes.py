import locale
import os
from pathlib import Path

import pytest

from cra_plugin.engine.run_notes import clear_place, read_note, write_note


def test_reads_a_line(tmp_path, caplog):
    path = tmp_path / 'note'
    assert read_note(path) == ''
    path.write_text('/a path/epoch_1.pth\n')
    assert read_note(path) == '/a path/epoch_1.pth'
    assert caplog.text == ''
    clear_place(path)
    assert path.is_file()


@pytest.mark.parametrize('make', [
    Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path)])
def test_makes_room_for_a_note(tmp_path, caplog, make):
    path = tmp_path / 'note'
    for number in (1, 2):
        make(path)
        assert read_note(path) == ''
        assert f'{path} cannot be read' in caplog.text
        clear_place(path)
        assert f'renamed to {path}.{number}' in caplog.text
    assert not os.path.lexists(path)
    assert {each.name for each in tmp_path.iterdir()} == {'note.1', 'note.2'}


@pytest.mark.parametrize('folder', ['ü', '日本', os.fsdecode(b'\xfc\xff')])
def test_paths_of_any_bytes_are_noted(tmp_path, folder):
    note, named = tmp_path / 'note', f'/{folder}/epoch_1.pth'
    before = locale.setlocale(locale.LC_ALL)
    # It has no such letters.
    locale.setlocale(locale.LC_ALL, 'C')
    try:
        write_note(note, named)
        assert read_note(note) == named
    finally:
        locale.setlocale(locale.LC_ALL, before)
    assert note.read_bytes() == os.fsencode(named)
