import os
import zipfile

import pytest
import torch
from mmengine.config import Config

from cra_plugin.engine.resume import (
    is_whole,
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
    assert not is_whole(damaged)
    assert latest_checkpoint(tmp_path) == whole
    assert 'epoch_2.pth is not whole: continuing from' in caplog.text
    whole.unlink()
    with pytest.raises(InputError, match=r'epoch_2\.pth: .*not whole'):
        latest_checkpoint(tmp_path)


def test_a_changed_bit_is_noticed(tmp_path):
    path = save(tmp_path / 'epoch_1.pth')
    assert is_whole(path)
    with zipfile.ZipFile(path) as archive:
        part = next(each for each in archive.infolist()
                    if each.filename.endswith('data/0'))
    content = bytearray(path.read_bytes())
    content[part.header_offset + part.file_size // 2] ^= 1
    path.write_bytes(content)
    assert not is_whole(path)


def test_half_written_files_and_others_are_no_candidates(tmp_path):
    save(tmp_path / '.epoch_2.4711.pth')
    save(tmp_path / 'best_Acc@GQA_epoch_1.pth')
    assert latest_checkpoint(tmp_path) is None
