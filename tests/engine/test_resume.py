import os
import shutil
import zipfile
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from cra_plugin.engine.resume import (
    latest_checkpoint,
    request_resume,
)
from cra_plugin.errors import InputError


def save(path, age=0):
    """A checkpoint that is so many seconds old."""
    torch.save({'weight': torch.ones(1000)}, path)
    moment = path.stat().st_mtime - age
    os.utime(path, (moment, moment))
    return path


def cut(path, size=-500):
    content = path.read_bytes()
    path.write_bytes(content[:size])


def note(folder, path):
    (folder / 'last_checkpoint').write_text(str(path))


def test_nothing_to_resume(tmp_path, caplog):
    assert latest_checkpoint(tmp_path) is None
    assert latest_checkpoint(tmp_path / 'none') is None
    config = Config({'work_dir': str(tmp_path), 'load_from': 'start.pth'})
    request_resume(config, 'auto')
    # What the run would have begun with, had it not been broken off.
    assert (config.resume, config.load_from) == (False, 'start.pth')
    assert 'starts anew' in caplog.text


def test_the_named_one_comes_first(tmp_path):
    old = save(tmp_path / 'epoch_9.pth', 60)
    named = save(tmp_path / 'epoch_2.pth', 30)
    save(tmp_path / 'epoch_3.pth')
    note(tmp_path, named)
    assert latest_checkpoint(tmp_path) == named
    config = Config({'work_dir': str(tmp_path)})
    request_resume(config, 'auto')
    assert (config.resume, config.load_from) == (True, str(named))
    request_resume(config, str(old))
    assert (config.resume, config.load_from) == (True, str(old))


def test_in_a_folder_that_was_moved(tmp_path):
    path = save(tmp_path / 'epoch_2.pth', 9)
    save(tmp_path / 'epoch_3.pth')
    note(tmp_path, '/gone/epoch_2.pth')
    assert latest_checkpoint(tmp_path) == path


@pytest.mark.parametrize('name', ['copy', 'run'])
def test_in_a_folder_that_was_copied(tmp_path, name):
    """The original is left alone, even where the copy lacks its file."""
    original, copy = tmp_path / 'run', tmp_path / 'place' / name
    original.mkdir()
    save(original / 'epoch_2.pth', 60)
    note(original, save(original / 'epoch_1.pth', 60))
    shutil.copytree(original, copy)
    assert latest_checkpoint(copy) == copy / 'epoch_1.pth'
    for path in copy.glob('*.pth'):
        path.unlink()
    assert latest_checkpoint(copy) is None


def test_in_a_folder_of_checkpoints_elsewhere(tmp_path):
    """As out_dir of mmengine's hook sets it."""
    work_dir, out_dir = tmp_path / 'work' / 'run', tmp_path / 'checkpoints'
    (out_dir / 'run').mkdir(parents=True)
    work_dir.mkdir(parents=True)
    path = save(out_dir / 'run' / 'epoch_1.pth')
    note(work_dir, path)
    config = Config({'work_dir': str(work_dir), 'default_hooks': {
        'checkpoint': {'out_dir': str(out_dir)}}})
    request_resume(config, 'auto')
    assert config.load_from == str(path)


@pytest.mark.parametrize('damage', [
    lambda path: path.write_bytes(b'\xff\xfe\x00' * 9),
    lambda path: path.write_text('x' * 5000),
    lambda path: path.write_text('x' * 4000),
    lambda path: path.write_text('two\nlines'), Path.mkdir, os.mkfifo,
    lambda path: path.symlink_to(path)])
def test_an_unreadable_note(tmp_path, caplog, damage):
    save(tmp_path / 'epoch_1.pth', 60)
    newest = save(tmp_path / 'epoch_2.pth')
    damage(tmp_path / 'last_checkpoint')
    assert latest_checkpoint(tmp_path) == newest
    # The one of 4,000 letters names a file that is not there.
    assert ('cannot be read' in caplog.text) is not (
        newest.with_name('last_checkpoint').is_file()
        and (tmp_path / 'last_checkpoint').stat().st_size == 4000)


@pytest.mark.parametrize(('path', 'words'), [
    ('none.pth', 'no such file'), ('.', 'a folder'),
    ('x' * 5000, 'no such file')])
def test_a_named_checkpoint_that_is_no_file(tmp_path, path, words):
    with pytest.raises(InputError, match=words):
        request_resume(Config({'work_dir': str(tmp_path)}),
                       str(tmp_path / path))


@pytest.mark.parametrize('text', ['', '/half/of/a/pa', ' \n'])
def test_a_half_written_note(tmp_path, text):
    save(tmp_path / 'epoch_1.pth', 60)
    newest = save(tmp_path / 'interrupted_epoch_1_iter_7.pth')
    note(tmp_path, text)
    assert latest_checkpoint(tmp_path) == newest


@pytest.mark.parametrize('size', [0, 1, 500, -500, -1])
def test_a_truncated_checkpoint_is_left_out(tmp_path, size, caplog):
    whole = save(tmp_path / 'epoch_1.pth', 60)
    damaged = save(tmp_path / 'epoch_2.pth')
    cut(damaged, size)
    note(tmp_path, damaged)
    assert latest_checkpoint(tmp_path) == whole
    assert 'epoch_2.pth is not whole: continuing from' in caplog.text
    whole.unlink()
    with pytest.raises(InputError, match=r'epoch_2\.pth: .*not whole'):
        latest_checkpoint(tmp_path)


def test_a_changed_bit_is_noticed(tmp_path, caplog):
    old = save(tmp_path / 'epoch_1.pth', 60)
    path = save(tmp_path / 'epoch_2.pth')
    assert latest_checkpoint(tmp_path) == path
    with zipfile.ZipFile(path) as archive:
        part = next(each for each in archive.infolist()
                    if each.filename.endswith('data/0'))
    content = bytearray(path.read_bytes())
    content[part.header_offset + part.file_size // 2] ^= 1
    path.write_bytes(content)
    assert latest_checkpoint(tmp_path) == old
    old.unlink()
    with pytest.raises(InputError, match='data/0 differs from its checksum'):
        latest_checkpoint(tmp_path)


def test_what_only_torch_refuses_is_left_out(tmp_path):
    """Its archive is whole, and holds what no checkpoint may."""
    whole = save(tmp_path / 'epoch_1.pth', 60)
    torch.save({'function': print}, tmp_path / 'epoch_2.pth')
    assert latest_checkpoint(tmp_path) == whole


def test_half_written_files_and_others_are_no_candidates(tmp_path):
    save(tmp_path / '.epoch_2.4711.pth')
    save(tmp_path / 'best_Acc@GQA_epoch_1.pth')
    assert latest_checkpoint(tmp_path) is None
