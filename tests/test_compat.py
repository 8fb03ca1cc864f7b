"""Work-arounds: they work, and each fails here once it is not needed."""

import importlib
import inspect
import os
import pickle
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.logging.history_buffer import HistoryBuffer
from mmengine.runner import Runner
from mmengine.runner.checkpoint import CheckpointLoader, load_checkpoint

from cra_plugin import compat, registry
from cra_plugin.errors import InputError
from tests.forked_python import run_python

GOOD = {'torch': '2.9.1+cu128', 'mmengine': '0.10.7', 'mmaction2': '1.1.0',
        'mmcv': None, 'mmcv-lite': '2.0.1', 'transformers': '4.57.6',
        'setuptools': '80.9.0'}


@pytest.fixture
def installed(monkeypatch):
    """Pretend that other versions are installed."""

    def pretend(**versions):
        table = GOOD | {key.replace('_', '-'): value
                        for key, value in versions.items()}
        monkeypatch.setattr(compat, '_installed', table.get)

    return pretend


def refusal():
    with pytest.raises(compat.VersionError) as caught:
        compat.check_versions()
    message = str(caught.value)
    assert '\n' not in message
    assert message.startswith('cra_plugin cannot run here: ')
    return message


@pytest.mark.parametrize('versions', [
    {}, {'torch': '2.6.0'}, {'mmcv': '2.0.1', 'mmcv_lite': None},
    {'mmaction2': '1.2.0', 'mmcv_lite': '2.1.0'},
    {'mmaction2': '1.2.0', 'mmcv_lite': '2.0.1'},
    {'transformers': '5.23.0'}, {'setuptools': '81.0'}])
def test_versions_that_work(installed, versions):
    installed(**versions)
    compat.check_versions()


@pytest.mark.parametrize(('versions', 'found', 'command'), [
    ({'torch': '2.5.1'}, 'torch 2.5.1 is installed, >=2.6 is needed',
     'pip install "torch>=2.6"'),
    ({'torch': None}, 'torch is not installed', 'pip install "torch>=2.6"'),
    ({'mmengine': '0.10.6'}, 'mmengine 0.10.6', 'mmengine>=0.10.7'),
    ({'mmaction2': '1.3.0'}, 'mmaction2 1.3.0', 'mmaction2==1.1.0'),
    ({'mmaction2': None}, 'mmaction2 is not installed', 'mmaction2==1.1.0'),
    ({'transformers': '4.40.0'}, 'transformers 4.40.0', '>=4.57'),
    ({'transformers': '6.0.0'}, 'transformers 6.0.0', '<6'),
    ({'setuptools': '82.0.0'}, 'setuptools 82.0.0', 'setuptools<82'),
    ({'mmcv_lite': '2.1.0'}, 'mmcv or mmcv-lite 2.1.0', 'mmcv-lite==2.0.1'),
    ({'mmcv_lite': None}, 'mmcv or mmcv-lite is not installed',
     'mmcv-lite==2.0.1'),
    ({'mmcv': '1.7.2'}, 'mmcv or mmcv-lite 1.7.2', 'mmcv-lite==2.0.1'),
    ({'mmaction2': '1.2.0', 'mmcv_lite': '2.2.0'}, 'mmcv-lite 2.2.0',
     'mmcv-lite==2.1.0')])
def test_versions_that_do_not(installed, versions, found, command):
    installed(**versions)
    message = refusal()
    assert found in message and command in message


def test_all_problems_are_told_at_once(installed):
    installed(torch='2.0.0', setuptools='90.0.0')
    assert re.search('torch 2.0.0.*; setuptools 90.0.0', refusal())


def test_versions_of_this_environment():
    compat.check_versions()
    assert compat._installed('torch') is not None
    assert compat._installed('a-package-nobody-has') is None


def test_importing_the_registry_applies_them():
    assert registry.MODELS.scope == 'cra_plugin'
    scheme = CheckpointLoader._schemes['']
    assert scheme is compat.load_checkpoint_file


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
    compat.load_checkpoint_file(path)
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
    assert compat._history_statistic(
        HistoryBuffer, 'mean') is HistoryBuffer.mean
    for owner, name in ((HistoryBuffer, '__globals__'), (os, 'system'),
                        (HistoryBuffer([1.], [1]), 'mean')):
        with pytest.raises(ValueError, match='the checkpoint asks for'):
            compat._history_statistic(owner, name)


def test_the_allow_list_can_be_narrower(tmp_path):
    path = save_run(tmp_path / 'epoch_3.pth')
    with pytest.raises(InputError, match='cannot be loaded safely'):
        compat.load_checkpoint_file(path, allowed=compat.numpy_globals())
    torch.save({'best': np.float64(3)}, path)
    assert compat.load_checkpoint_file(
        path, allowed=compat.numpy_globals()) == {'best': 3}
    with pytest.raises(InputError, match='cannot be loaded safely'):
        compat.load_checkpoint_file(path, allowed=[])


@pytest.mark.parametrize('keep', [0, 1, 100, -30])
def test_truncated_checkpoint(tmp_path, keep):
    path = Path(save_run(tmp_path / 'cut.pth'))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match=r'cut\.pth: found a file that'):
        CheckpointLoader.load_checkpoint(str(path))


def test_missing_checkpoint(tmp_path):
    for path in (tmp_path / 'none.pth', tmp_path):
        with pytest.raises(InputError, match='no such file'):
            CheckpointLoader.load_checkpoint(str(path))


@pytest.mark.skipif(compat._installed('mmcv-lite') is None,
                    reason='this is the full mmcv')
def test_mmcv_lite_still_warns_and_we_do_not_hear_it():
    """Fails once mmcv-lite is quiet: drop the filter then."""
    code = 'import mmaction.models'
    for prefix, heard in (('from cra_plugin import compat\n'
                           'compat.stand_in_for_drn()\n', True),
                          ('import cra_plugin.registry\n', False)):
        process = run_python('-c', prefix + code)
        assert process.returncode == 0, process.stderr
        assert ('MultiScaleDeformableAttention' in process.stderr) is heard


def test_inheritance_by_name_is_still_unknown_to_mmengine():
    """Fails once mmengine looks packages up by itself."""
    code = ('from mmengine.config.utils import MODULE2PACKAGE as m\n'
            'assert "cra_plugin" not in m\n'
            'from cra_plugin import compat\n'
            'compat.name_package_for_inheritance()\n'
            'assert m["cra_plugin"] == "cra_plugin"')
    process = run_python('-c', code)
    assert process.returncode == 0, process.stderr


def test_mmengine_still_names_runs_after_the_second(tmp_path, monkeypatch):
    """Fails once names differ: drop name_run then."""
    monkeypatch.setattr('time.time', lambda: 1e9)
    names = {Runner(torch.nn.Linear(1, 1), str(tmp_path / each),
                    default_scope='mmengine',
                    log_level='ERROR').experiment_name
             for each in ('a', 'b')}
    assert len(names) == 1


def test_runs_of_one_second_have_names_of_their_own():
    first, second = (Config({}, filename=__file__) for _ in range(2))
    compat.name_run(first)
    compat.name_run(second)
    assert first.experiment_name.startswith('test_compat_')
    assert first.experiment_name != second.experiment_name
    given = Config({'experiment_name': 'mine'})
    compat.name_run(given)
    assert given.experiment_name == 'mine'
    nameless = Config({})
    compat.name_run(nameless)
    assert nameless.experiment_name.startswith('run_')
