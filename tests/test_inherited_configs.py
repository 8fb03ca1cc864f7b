"""Our configs, inherited by name or by path from another folder."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.runner import Runner

from cra_plugin.apis.config import load_config
from cra_plugin.engine.config_check import check_config
from tests.helpers.forked_python import REPOSITORY

FOLDER = REPOSITORY / 'configs'
LEAVES = sorted(path.name for path in FOLDER.glob('*.py'))


@pytest.fixture
def inherit(tmp_path, monkeypatch):
    """Write a config of another folder that inherits one of ours."""
    monkeypatch.chdir(tmp_path)

    def write(base, text=''):
        if '::' in base:
            try:
                version('cra_plugin')
            except PackageNotFoundError:
                pytest.skip('cra_plugin is not installed: pip install -e .')
        Path('mine.py').write_text(f"_base_ = '{base}'\n{text}")
        return 'mine.py'

    return write


@pytest.mark.parametrize('name', LEAVES)
def test_by_name_plain_mmengine_runs(inherit, name, small_options):
    shipped = Config.fromfile(str(FOLDER / name))
    config = Config.fromfile(inherit(f'cra_plugin::{name}'))
    assert config.work_dir == shipped.work_dir
    check_config(load_config('mine.py'))
    config.merge_from_dict(small_options(shipped) | {
        'log_level': 'ERROR', 'experiment_name': f'by name {name}'})
    runner = Runner.from_cfg(config)
    if config.train_dataloader:
        runner.train()
        assert runner.iter == 1
        loaders = [runner.train_dataloader]
        if config.val_dataloader:
            loaders.append(runner.val_dataloader)
    else:
        assert 0 <= runner.test()['Acc@GQA'] <= 100
        loaders = [runner.test_dataloader]
    # mmcv has a Resize and a CenterCrop of its own, and mmengine builds what
    # is inherited by name in the scope of its package.
    for loader in loaders:
        for step in loader.dataset.pipeline.transforms:
            assert type(step).__module__.startswith(
                ('cra_plugin.', 'mmaction.'))


@pytest.mark.parametrize('name', LEAVES)
def test_by_path_it_is_the_same_config(inherit, name):
    mine = Config.fromfile(inherit(str(FOLDER / name)))
    assert mine.to_dict() == Config.fromfile(str(FOLDER / name)).to_dict()


def test_with_a_folder_it_is_the_same_config(inherit):
    configs = [Config.fromfile(inherit(f'cra_plugin::{folder}cra_demo.py'))
               for folder in ('', '_base_/../')]
    assert configs[0].to_dict() == configs[1].to_dict()


@pytest.mark.parametrize(('text', 'options', 'work_dir'), [
    ('', {}, 'work_dirs/mine'),
    ("work_dir = 'work_dirs/cra_demo'", {}, 'work_dirs/cra_demo'),
    ('', {'work_dir': 'work_dirs/other'}, 'work_dirs/other')])
def test_the_tools_name_a_work_dir_after_the_own_config(inherit, text,
                                                        options, work_dir):
    file = inherit(str(FOLDER / 'cra_demo.py'), text)
    assert load_config(file, options).work_dir == work_dir
    assert load_config(file, options, 'there').work_dir == 'there'


def test_a_shared_work_dir_is_inherited(inherit, tmp_path):
    (tmp_path / 'shared.py').write_text("work_dir = '/scratch/runs'\n")
    assert load_config(inherit('shared.py')).work_dir == '/scratch/runs'


def test_a_copy_of_a_config_has_a_work_dir_of_its_own(tmp_path):
    text = (FOLDER / 'cra_demo.py').read_text()
    copied = tmp_path / 'copied.py'
    copied.write_text(text.replace('./_base_', f'{FOLDER}/_base_'))
    for read in (Config.fromfile, load_config):
        assert read(str(copied)).work_dir == 'work_dirs/copied'


def test_one_root_moves_every_data_set(inherit, tmp_path):
    """By an option, or by a config that inherits another's data."""
    file = inherit(str(FOLDER / 'cra_rendered_features.py'))
    options = {'data_root': 'there', 'val_dataloader.dataset.data_root':
               'own'}
    for config in (
            load_config(file, options),
            load_config(inherit(
                str(FOLDER / 'cra_rendered_features.py'),
                "data_root = 'there'\nval_dataloader = dict("
                "dataset=dict(data_root='own'))"))):
        roots = [config[f'{split}_dataloader'].dataset.data_root
                 for split in ('train', 'val', 'test')]
        assert roots == ['there', 'own', 'there']


def test_every_kind_is_known_in_our_scope(inherit, small_options):
    base = Config.fromfile(str(FOLDER / 'cra_nextgqa.py'))
    config = Config.fromfile(inherit('cra_plugin::cra_nextgqa.py'))
    config.merge_from_dict(small_options(base) | {
        'log_level': 'WARNING', 'experiment_name': 'every kind'})
    runner = Runner.from_cfg(config)
    runner.train()
    (log, ) = Path(runner.log_dir).glob('*.log')
    assert 'Failed to search registry' not in log.read_text()
