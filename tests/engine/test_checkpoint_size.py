import shutil
from collections import namedtuple
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config

from cra_plugin.engine.checkpoint_size import (
    OVERHEAD_BYTES,
    check_disk_space,
    checkpoint_bytes,
    needed_bytes,
)
from cra_plugin.errors import InputError

Usage = namedtuple('Usage', 'total used free')
WEIGHTS = 4 * 1000 * 1000


@pytest.fixture
def runner(tmp_path):
    """A million weights, a quarter of them frozen."""
    model = torch.nn.ParameterList([torch.ones(750, 1000),
                                    torch.ones(250, 1000)])
    model[1].requires_grad = False
    return SimpleNamespace(
        model=model, work_dir=str(tmp_path), cfg=Config({
            'optim_wrapper': {'optimizer': {'type': 'Adam',
                                            'amsgrad': True}},
            'train_cfg': {'max_epochs': 30},
            'default_hooks': {'checkpoint': {
                'interval': 1, 'max_keep_ckpts': 2,
                'save_best': 'Acc@GQA'}}}))


def test_sizes_are_those_of_files(runner, tmp_path):
    optimizer = torch.optim.Adam(
        [runner.model[0]], lr=.1, amsgrad=True)
    runner.model[0].sum().backward()
    optimizer.step()
    torch.save({'state_dict': runner.model.state_dict()}, tmp_path / 'best')
    torch.save({'state_dict': runner.model.state_dict(),
                'optimizer': optimizer.state_dict()}, tmp_path / 'epoch')
    for name, size in zip(('best', 'epoch'), checkpoint_bytes(runner)):
        written = (tmp_path / name).stat().st_size
        assert written <= size <= written + OVERHEAD_BYTES


def test_what_is_kept_at_once(runner):
    best = WEIGHTS + OVERHEAD_BYTES
    whole = best + 3 * 3 * 10**6
    hook = runner.cfg.default_hooks.checkpoint
    assert needed_bytes(runner) == 3 * whole + 2 * best
    hook.save_best = None
    assert needed_bytes(runner) == 3 * whole
    hook.max_keep_ckpts = -1
    assert needed_bytes(runner) == 30 * whole
    hook.interval = 10
    assert needed_bytes(runner) == 3 * whole
    runner.cfg.optim_wrapper.optimizer = {'type': 'SGD'}
    assert needed_bytes(runner) == 3 * (best + 3 * 10**6)


def test_missing_disk_space(runner, tmp_path, monkeypatch):
    needed = needed_bytes(runner)
    old = tmp_path / 'epoch_1.pth'
    for free, size in ((needed, 0), (needed - 100, 100)):
        monkeypatch.setattr(shutil, 'disk_usage',
                            lambda _, free=free: Usage(0, 0, free))
        old.write_bytes(bytes(size))
        check_disk_space(runner)
    old.unlink()
    with pytest.raises(InputError, match=r'MiB of free disk space; expected '
                       r'.*max_keep_ckpts=1'):
        check_disk_space(runner)
