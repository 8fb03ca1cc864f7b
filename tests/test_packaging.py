"""What gets installed, and what it asks for."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = ('setup.py', 'pyproject.toml', 'MANIFEST.in', 'README.md',
           'LICENSE', 'model-index.yml', 'requirements', 'configs', 'tools',
           'examples', 'cra_plugin')
# Packages that go by another name where they are installed from.
DISTRIBUTIONS = {'PIL': 'pillow', 'cv2': 'opencv-python',
                 'mmaction': 'mmaction2', 'mmcv': 'mmcv-lite',
                 'open_clip': 'open_clip_torch', 'sklearn': 'scikit-learn'}
# What only who asks for an extra installs, and the files that import it.
EXTRAS = {'decord': ('decord', ['decord_reader.py']),
          'torchcodec': ('torchcodec', ['torchcodec_reader.py']),
          'app': ('gradio', ['app_server.py', 'question_app.py'])}


@pytest.fixture(scope='module')
def setup_module():
    spec = importlib.util.spec_from_file_location('our_setup',
                                                  REPOSITORY / 'setup.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def source(tmp_path):
    """A copy of what a checkout holds, without what was built in it."""
    target = tmp_path / 'source'
    target.mkdir()
    for name in SOURCES:
        origin = REPOSITORY / name
        if origin.is_dir():
            shutil.copytree(
                origin, target / name,
                ignore=shutil.ignore_patterns('__pycache__', '.mim'))
        else:
            shutil.copy2(origin, target / name)
    return target


def imported(path):
    """Distributions that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        for name in {each.split('.')[0] for each in names}:
            if name not in sys.stdlib_module_names:
                yield DISTRIBUTIONS.get(name, name)


def test_what_is_imported_is_declared(setup_module, monkeypatch):
    monkeypatch.setattr(setup_module, 'installed_versions', dict)
    declared = {Requirement(line).name for line in (
        *setup_module.read_requirements('runtime'),
        *setup_module.openmmlab_requirements())} | {'cra_plugin'}
    for path in (REPOSITORY / 'cra_plugin').rglob('*.py'):
        if '.mim' in path.parts:
            continue
        missing = set(imported(path)) - declared
        own = {name for name, files in EXTRAS.values() if path.name in files}
        assert missing == own, path


@pytest.mark.parametrize('extra', EXTRAS)
def test_what_is_optional_is_an_extra(setup_module, extra):
    line, = setup_module.read_requirements(extra)
    assert Requirement(line).name == EXTRAS[extra][0]


@pytest.mark.parametrize('installed, expected', [
    ({}, ['mmaction2>=1.1,<1.2', 'mmcv-lite>=2.0.1,<2.1']),
    ({'mmcv': '2.0.1'}, ['mmaction2>=1.1,<1.2']),
    ({'mmaction2': '1.2.0'}, ['mmaction2>=1.2,<1.3',
                              'mmcv-lite>=2.0.1,<2.2']),
    ({'mmaction2': '1.2.0', 'mmcv': '2.1.0'}, ['mmaction2>=1.2,<1.3']),
])
def test_what_is_there_is_kept(setup_module, monkeypatch, installed,
                               expected):
    monkeypatch.setattr(setup_module, 'installed_versions', lambda: installed)
    assert setup_module.openmmlab_requirements() == expected


def test_installed_versions_are_those_of_this_environment(setup_module):
    assert 'mmengine' in setup_module.installed_versions()


@pytest.mark.parametrize('command', ['editable_wheel', 'develop'])
def test_an_editable_install_links_configs_and_tools(source, command):
    # `pip install -e .` passes the first, an old pip the second.
    subprocess.run(
        [sys.executable, '-c',
         'import runpy, sys, setuptools\n'
         'setuptools.setup = lambda **_: None\n'
         f'sys.argv = ["setup.py", "{command}"]\n'
         'runpy.run_path("setup.py", run_name="__main__")'],
        cwd=source, check=True)
    mim = source / 'cra_plugin' / '.mim'
    for name in ('configs', 'tools', 'model-index.yml'):
        assert (mim / name).is_symlink()
        assert not os.readlink(mim / name).startswith('/')
    assert (mim / 'configs' / 'cra_nextgqa.py').is_file()


def test_a_wheel_trains(source, tmp_path, tiny_world, causal_options,
                        as_arguments):
    subprocess.run(
        [sys.executable, '-m', 'pip', 'wheel', '-q', '--no-deps',
         '--no-build-isolation', '-w', str(tmp_path), str(source)],
        check=True, capture_output=True)
    wheel, = tmp_path.glob('cra_plugin-*.whl')
    installed = tmp_path / 'installed'
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    mim = installed / 'cra_plugin' / '.mim'
    assert (mim / 'configs' / '_base_' / 'default_runtime.py').is_file()
    assert 'configs/metafile.yml' in (mim / 'model-index.yml').read_text()
    assert (mim / 'tools' / 'dist_train.sh').is_file()
    templates = Path('cra_plugin') / 'visualization' / 'templates'
    for path in (REPOSITORY / templates).iterdir():
        assert (installed / templates / path.name).is_file()
    assert (installed / 'cra_plugin/evaluation/leaderboard'
            / 'published_results.csv').is_file()
    scripts, = installed.glob('*.dist-info/entry_points.txt')
    assert 'cra-plugin = cra_plugin.cli.commands:main' in scripts.read_text()
    environment = {**os.environ, 'PYTHONPATH': str(installed)}
    found = subprocess.run(
        [sys.executable, '-c', 'import cra_plugin; print(cra_plugin)'],
        cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert str(installed) in found.stdout
    process = subprocess.run(
        [sys.executable, '-m', 'cra_plugin', 'train',
         str(mim / 'configs' / 'cra_nextgqa.py'),
         '--work-dir', str(tmp_path / 'run'),
         *as_arguments(causal_options | {'train_cfg.max_epochs': 1})],
        cwd=tmp_path, capture_output=True, text=True,
        env=environment)
    assert process.returncode == 0, process.stderr[-2000:]
    assert list((tmp_path / 'run').glob('best_Acc@GQA_epoch_1.pth'))


def test_the_source_has_the_example(source):
    subprocess.run([sys.executable, 'setup.py', '-q', 'sdist'], cwd=source,
                   check=True, capture_output=True)
    archive, = (source / 'dist').glob('*.tar.gz')
    with tarfile.open(archive) as packed:
        names = {name.partition('/')[2] for name in packed.getnames()}
    expected = {path.relative_to(REPOSITORY).as_posix() for path in
                (REPOSITORY / 'examples').rglob('*')
                if path.is_file() and '__pycache__' not in path.parts}
    assert expected <= names


@pytest.mark.parametrize('base', [
    '_base_/models/cra_temporal_clip.py', '_base_/../cra_nextgqa.py'])
def test_configs_are_inherited_by_name(tmp_path, base):
    from importlib.metadata import PackageNotFoundError, version

    from mmengine.config import Config

    from cra_plugin import registry
    try:
        version('cra_plugin')
    except PackageNotFoundError:
        pytest.skip('cra_plugin is not installed here: pip install -e .')
    config = tmp_path / 'config.py'
    config.write_text(f"_base_ = 'cra_plugin::{base}'\n"
                      'model = dict(d_model=64)\n')
    assert registry.MODELS.scope == 'cra_plugin'
    model = Config.fromfile(str(config)).model
    assert model.d_model == 64
    assert model.grounding_head.gate == 'product'


def test_commits_are_checked_as_make_does():
    config = yaml.safe_load(
        (REPOSITORY / '.pre-commit-config.yaml').read_text())
    hooks = [hook for each in config['repos'] for hook in each['hooks']]
    commands = (REPOSITORY / 'Makefile').read_text().splitlines()
    assert {hook['id'] for hook in hooks} == {'ruff', 'mypy'}
    for hook in hooks:
        assert f'\t$(BIN)/{hook["entry"]}' in commands
