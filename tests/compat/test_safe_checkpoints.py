"""Checkpoints load without running anything that they carry."""

import importlib
import inspect
import os
import pickle
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.logging.history_buffer import HistoryBuffer
from mmengine.runner import Runner
from mmengine.runner.checkpoint import CheckpointLoader, load_checkpoint

from cra_plugin import compat
from cra_plugin.compat import safe_checkpoints
from cra_plugin.errors import InputError


def test_they_are_applied():
    compat.apply()
    scheme = CheckpointLoader._schemes['']
    assert scheme is safe_checkpoints.load_checkpoint_file


def save_run(path, message_hub=None):
    """A checkpoint as mmengine writes it."""
    history = HistoryBuffer([1., 2.], [1, 1])
    torch.save({
        'meta': {'epoch': 3, 'seed': np.int64(1), 'cfg': 'a = 1'},
        'state_dict': {'weight': torch.ones(2)},
        'optimizer': {'state': {0: {'step': torch.tensor(1.)}}},
        'param_schedulers': [{'last_step': 3}],
        'message_hub': message_hub or {
            'log_scalars': {'train/loss': history},
            'runtime_info': {'lr': np.float64(.5)},
            'resumed_keys': {'train/loss': True}}}, path)
    return str(path)


def test_real_checkpoint_loads(tmp_path):
    path = save_run(tmp_path / 'epoch_3.pth')
    loaded = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    history = loaded['message_hub']['log_scalars']['train/loss']
    assert isinstance(history, HistoryBuffer)
    assert history.mean() == 1.5 and history.current() == 2.
    assert history.statistics('max') == 2.
    assert loaded['state_dict']['weight'].tolist() == [1., 1.]
    model = torch.nn.Module()
    model.weight = torch.nn.Parameter(torch.zeros(2))
    load_checkpoint(model, path)
    assert model.weight.tolist() == [1., 1.]


def test_upstream_mmengine_1655_still_needs_the_loader(tmp_path):
    """Fails once mmengine loads its own checkpoints: drop ours then."""
    path = save_run(tmp_path / 'epoch_3.pth')
    with pytest.raises(pickle.UnpicklingError, match='Weights only'):
        torch.load(path, weights_only=True)
    safe_checkpoints.load_checkpoint_file(path)
    # Nothing stays allowed after a file.
    with pytest.raises(pickle.UnpicklingError, match='Weights only'):
        torch.load(path, weights_only=True)


class Calls:
    """Unpickles to the call of a function."""

    def __init__(self, function, *arguments):
        self.parts = function, arguments

    def __reduce__(self):
        return self.parts


def attacks(victim):
    """Payloads that would leave a file, or hold of a function, behind."""
    touch = f'touch {victim}'
    return {
        'system': Calls(os.system, touch),
        'eval': Calls(eval, f'open({str(victim)!r}, "w")'),
        'open': Calls(open, str(victim), 'w'),
        'subprocess': Calls(subprocess.call, ['touch', str(victim)]),
        'getattr of os': Calls(
            getattr, Calls(importlib.import_module, 'os'), 'system'),
        'getattr of a class': Calls(getattr, HistoryBuffer, '__init__'),
        'getattr of an array': Calls(getattr, np.ndarray, 'tofile'),
    }


@pytest.mark.parametrize('name', attacks(''))
def test_malicious_checkpoint_is_refused_and_not_run(tmp_path, name):
    victim, path = tmp_path / 'victim', tmp_path / 'bad.pth'
    payload = attacks(victim)[name]
    for content in (payload, {'state_dict': {}, 'meta': payload}):
        for zipped in (True, False):
            torch.save(content, path, _use_new_zipfile_serialization=zipped)
            with pytest.raises(InputError) as caught:
                CheckpointLoader.load_checkpoint(str(path))
            assert str(path) in str(caught.value)
            assert not victim.exists()


def test_mmengine_still_runs_the_config_of_a_checkpoint(tmp_path):
    """Fails once Runner.resume runs no text of a checkpoint: drop ours."""
    source = ''.join(inspect.getsource(Runner.resume).split())
    assert "Config.fromstring(checkpoint['meta']['config']" in source
    victim, path = tmp_path / 'victim', tmp_path / 'bad.pth'
    code = f'open({str(victim)!r}, "w").close()'
    Config.fromstring(code, file_format='.py')
    assert victim.exists()
    torch.save({'state_dict': {}, 'meta': {'config': code, 'cfg': code}},
               path)
    loaded = CheckpointLoader.load_checkpoint(str(path))
    assert loaded['meta'] == {'cfg': code}


def test_getattr_serves_statistics_only():
    assert safe_checkpoints._history_statistic(
        HistoryBuffer, 'mean') is HistoryBuffer.mean
    for owner, name in ((HistoryBuffer, '__globals__'), (os, 'system'),
                        (HistoryBuffer([1.], [1]), 'mean')):
        with pytest.raises(ValueError, match='the checkpoint asks for'):
            safe_checkpoints._history_statistic(owner, name)


def test_the_allow_list_can_be_narrower(tmp_path):
    path = save_run(tmp_path / 'epoch_3.pth')
    with pytest.raises(InputError, match='cannot be loaded safely'):
        safe_checkpoints.load_checkpoint_file(
            path, allowed=safe_checkpoints.numpy_globals())
    torch.save({'best': np.float64(3)}, path)
    assert safe_checkpoints.load_checkpoint_file(
        path, allowed=safe_checkpoints.numpy_globals()) == {'best': 3}
    with pytest.raises(InputError, match='cannot be loaded safely'):
        safe_checkpoints.load_checkpoint_file(path, allowed=[])


@pytest.mark.parametrize('keep', [0, 1, 100, -30])
def test_truncated_checkpoint(tmp_path, keep):
    path = Path(save_run(tmp_path / 'cut.pth'))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match=r'cut\.pth: found a file that'):
        CheckpointLoader.load_checkpoint(str(path))


def test_missing_checkpoint(tmp_path):
    for path, words in ((tmp_path / 'none.pth', 'no such file'),
                        (tmp_path, 'a folder')):
        with pytest.raises(InputError, match=words):
            CheckpointLoader.load_checkpoint(str(path))
