import sys

import pytest
from mmengine.config import Config

from cra_plugin.apis.config import load_config
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.config_completion import (
    complete_config,
    schedules_of_run,
)
from cra_plugin.errors import InputError

TEXT = """
data_root = 'data/here'
model = dict(text_encoder=dict(name='roberta-base'))
loader = dict(dataset=dict(pipeline=[
    dict(type='cra_plugin.SampleFeatureFrames'),
    dict(type='cra_plugin.TokenizeText', max_length=9)]))
train_dataloader = dict(dataset=dict(type='RepeatDataset', times=2,
                                     dataset=loader['dataset']))
val_dataloader = loader
test_dataloader = None
train_cfg = dict(max_epochs=7)
param_scheduler = [
    dict(type='LinearLR', begin=0, end=1),
    dict(type='CosineAnnealingLR', begin=1),
    dict(type='StepLR', by_epoch=False)]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / 'tiny.py'
    path.write_text(TEXT)
    return path


def datasets(config):
    return (config.train_dataloader.dataset.dataset,
            config.val_dataloader.dataset)


def test_fills_in_what_follows(file):
    config = load_config(file)
    for dataset in datasets(config):
        assert dataset.data_root == 'data/here'
        assert dataset.pipeline[1].tokenizer == 'roberta-base'
        assert 'tokenizer' not in dataset.pipeline[0]
    assert config.train_dataloader.dataset.get('data_root') is None
    warmup, cosine, by_iteration = config.param_scheduler
    assert (warmup.end, cosine.end) == (1, 7)
    assert 'end' not in by_iteration
    assert config.work_dir == 'work_dirs/tiny'


def test_options_come_first(file, tmp_path):
    config = load_config(file, {
        'train_cfg.max_epochs': 3, 'data_root': '/elsewhere',
        'model.text_encoder.tokenizer': 'words',
        'val_dataloader.dataset.data_root': 'own',
        'val_dataloader.dataset.pipeline.1.tokenizer': 'mine'},
        str(tmp_path))
    train, val = datasets(config)
    assert config.param_scheduler[1].end == 3
    assert (train.data_root, val.data_root) == ('/elsewhere', 'own')
    assert train.pipeline[1].tokenizer == 'words'
    assert val.pipeline[1].tokenizer == 'mine'
    assert config.work_dir == str(tmp_path)


def test_work_dir_of_the_config(file):
    file.write_text(TEXT + "work_dir = 'there'\n")
    assert load_config(file).work_dir == 'there'
    assert load_config(file, work_dir='here').work_dir == 'here'


def test_one_schedule_and_none(file):
    config = Config.fromfile(str(file))
    config.param_scheduler = dict(type='CosineAnnealingLR')
    complete_config(config)
    assert [each.end for each in config.param_scheduler] == [7]
    config.param_scheduler = None
    complete_config(config)
    assert config.param_scheduler is None


def test_a_schedule_that_would_begin_after_the_end_is_left_out(file):
    config = load_config(file, {'train_cfg.max_epochs': 1})
    # It is still there to be checked.
    assert len(config.param_scheduler) == 3
    assert [each.type for each in schedules_of_run(
        config.param_scheduler, 1)] == [
        'LinearLR', 'StepLR']


def test_tokenizer_is_needed(file):
    with pytest.raises(InputError, match=r'text_encoder\.tokenizer='):
        load_config(file, {'model.text_encoder.name': None})


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match='no such file'):
        load_config(tmp_path / 'none.py')


OWN = """
from torch import nn
from cra_plugin.registry import MODELS

@MODELS.register_module()
class OwnHead{number}(nn.Module):
    def __init__(self, d_model):
        super().__init__()
"""


def write_own(folder, number, kind):
    (folder / f'own_module_{number}.py').write_text(
        OWN.format(number=number))
    path = folder / 'mine.py'
    path.write_text(
        f"custom_imports = dict(imports=['own_module_{number}'])\n"
        "default_scope = 'mmaction'\n"
        f"model = dict(type='{kind}', d_model=3)\n")
    return path


def test_modules_beside_the_config_are_imported(tmp_path, monkeypatch):
    monkeypatch.setattr('sys.path', [*sys.path])
    path = write_own(tmp_path, 1, 'cra_plugin.OwnHead1')
    check_config(load_config(path))
    path = write_own(tmp_path, 2, 'OwnHead2')
    with pytest.raises(InputError, match=r'did you mean cra_plugin\.OwnHead2'):
        check_config(load_config(path))


@pytest.mark.parametrize(('text', 'message'), [
    ("custom_imports = dict(imports=['no_module_of_mine'])",
     'no_module_of_mine.*put the module beside the config'),
    ('model = dict(', 'SyntaxError'), ('model = nothing', 'NameError'),
    ("_base_ = 'gone.py'", 'gone.py')])
def test_configs_that_cannot_be_read(tmp_path, text, message):
    path = tmp_path / 'bad.py'
    path.write_text(text)
    with pytest.raises(InputError, match=f'bad.py: .*{message}'):
        load_config(path)


def test_hooks_are_left_out_by_name():
    """Those of ours, and those that mmengine adds by itself."""
    config = Config({'default_hooks': {
        'mean_loss': None, 'timer': None, 'ema': {'type': 'EMAHook'}}})
    complete_config(config)
    assert config.default_hooks == {
        'timer': None, 'ema': {'type': 'EMAHook'}}
