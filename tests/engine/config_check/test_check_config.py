"""A config is refused before anything of it is built, with what was meant."""

import pytest
from mmengine.config import Config

from cra_plugin.apis.config import load_config
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.option_text import OptionText
from cra_plugin.errors import InputError
from tests.helpers.forked_python import REPOSITORY, fork_tool

FOLDER = REPOSITORY / 'configs'
CONFIG = FOLDER / 'cra_nextgqa.py'


def options(*typed):
    return {field: OptionText(text) for field, _, text in (
        each.partition('=') for each in typed)}


def refusal(*typed, config=CONFIG):
    with pytest.raises(InputError) as caught:
        check_config(load_config(config, options(*typed), 'unused'))
    return str(caught.value)


@pytest.mark.parametrize(
    'name', sorted(path.name for path in FOLDER.glob('*.py')))
def test_shipped_configs_pass(name):
    check_config(load_config(FOLDER / name, None, 'unused'))


@pytest.mark.parametrize(('typed', 'meant'), [
    ('model.grounding_head.gat=dot', 'gate'),
    ('model.d_modle=64', 'd_model'),
    ('model.cma_loss.temprature=1', 'temperature'),
    ('model.span_decoders.window.scor=mean', 'score'),
    ('model.grounding_head.type=GSGHaed', 'cra_plugin.GSGHead'),
    ('model.grounding_head.type=GSGHead', 'cra_plugin.GSGHead'),
    ('model.answer_loss.type=mmaction.CrossEntropyLos',
     'mmaction.CrossEntropyLoss'),
    ('train_dataloader.sampler.type=DefaultSmpler', 'DefaultSampler'),
    ('train_dataloader.sampler.shufle=False', 'shuffle'),
    ('train_dataloader.bacth_size=4', 'batch_size'),
    ('train_dataloader.dataset.anfile=x', 'ann_file'),
    ('train_dataloader.dataset.features.pth=x', 'path'),
    ('train_dataloader.dataset.pipeline.0.num_frame=3', 'num_frames'),
    ('train_cfg.max_epoch=3', 'max_epochs'),
    ('optim_wrapper.optimizer.lrr=1', 'lr'),
    ('optim_wrapper.optimizer.type=Adm', 'Adam'),
    ('optim_wrapper.paramwise=1', 'paramwise_cfg'),
    ('optim_wrapper.clip_grad.max_nor=1', 'max_norm'),
    ('param_scheduler.0.start_facto=1', 'start_factor'),
    ('default_hooks.checkpoint.intervall=2', 'interval'),
    ('default_hooks.logger.intervl=2', 'interval'),
    ('log_processor.window_siz=2', 'window_size'),
    ('randomness.sed=3', 'seed'), ('env_cfg.mp_cfgs=3', 'mp_cfg'),
    ('val_evaluator.decoder=adaptiv', 'adaptive'),
    ('val_evaluator.report_fil=x', 'report_file')])
def test_what_is_misspelled_is_named_with_what_was_meant(typed, meant):
    message = refusal(typed)
    assert message.startswith(typed.partition('=')[0] + ': found ')
    assert message.endswith(f'Fix: did you mean {meant}?')


@pytest.mark.parametrize(('typed', 'expected'), [
    ('train_dataloader.batch_size=-4', 'a whole number of at least 1'),
    ('val_dataloader.batch_size=abc', 'a whole number of at least 1'),
    ('train_dataloader.num_workers=-1', 'a whole number of at least 0'),
    ('train_cfg.max_epochs=0', 'a whole number of at least 1'),
    ('train_cfg.max_epochs=1.5', 'a whole number of at least 1'),
    ('optim_wrapper.optimizer.lr=fast', 'a number from 0'),
    ('optim_wrapper.optimizer.lr=-1', 'a number from 0'),
    ('model.d_model=abc', 'int'), ('model.d_model=True', 'int'),
    ('model.pooling_dropout=much', 'float'),
    ('model.grounding_head.kernel_size=5.5', 'int'),
    ('optim_wrapper.clip_grad.type=most', 'norm or value')])
def test_values_of_another_kind(typed, expected):
    message = refusal(typed)
    assert message.startswith(typed.partition('=')[0] + ': found ')
    assert f'; expected {expected}. Fix: ' in message


@pytest.mark.parametrize('typed', [
    'model.pooling_dropout=0', 'optim_wrapper.optimizer.lr=1',
    'model.cma_loss=None', 'val_evaluator.dump_file=2024',
    'default_hooks.checkpoint.save_last=False',
    'train_dataloader.prefetch_factor=4', 'load_from=1.pth',
    'auto_scale_lr.enable=True', 'compile=True'])
def test_what_is_right_passes(typed):
    check_config(load_config(CONFIG, options(typed), 'unused'))


def test_sections_that_are_absent_are_not_missed():
    check_config(Config({'model': None, 'train_cfg': None}))


def test_a_run_ends_in_one_line(tmp_path, causal_options, as_arguments):
    process = fork_tool('train.py', CONFIG, '--work-dir', tmp_path / 'run',
                        *as_arguments(causal_options),
                        'model.grounding_head.gat=dot')
    assert process.returncode == 2
    line, = process.stderr.strip().splitlines()
    assert 'model.grounding_head.gat' in line and 'did you mean gate?' in line
