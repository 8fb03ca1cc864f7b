"""Names that mmengine gives to packages and to runs."""

import torch
from mmengine.config import Config
from mmengine.runner import Runner

from cra_plugin.compat import mmengine_names
from tests.helpers.forked_python import run_python


def test_inheritance_by_name_is_still_unknown_to_mmengine():
    """Fails once mmengine looks packages up by itself."""
    code = ('from mmengine.config.utils import MODULE2PACKAGE as m\n'
            'assert "cra_plugin" not in m\n'
            'from cra_plugin.compat import mmengine_names\n'
            'mmengine_names.name_package_for_inheritance()\n'
            'assert m["cra_plugin"] == "cra_plugin.version"')
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
    mmengine_names.name_run(first)
    mmengine_names.name_run(second)
    assert first.experiment_name.startswith('test_mmengine_names_')
    assert first.experiment_name != second.experiment_name
    given = Config({'experiment_name': 'mine'})
    mmengine_names.name_run(given)
    assert given.experiment_name == 'mine'
    nameless = Config({})
    mmengine_names.name_run(nameless)
    assert nameless.experiment_name.startswith('run_')
