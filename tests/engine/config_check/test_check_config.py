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
EMA = 'default_hooks.ema.type=EMAHook'
STOP = 'default_hooks.early.type=EarlyStoppingHook'


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
    ('env_cfg.dist_cfg.backnd=gloo', 'backend'),
    ('env_cfg.dist_cfg.backend=ncll', 'nccl'),
    ('env_cfg.mp_cfg.mp_start_methd=fork', 'mp_start_method'),
    ('env_cfg.mp_cfg.mp_start_method=spwn', 'spawn'),
    ('default_scope=mmactio', 'mmaction'), ('log_level=info', 'INFO'),
    ('default_hooks.nonfinite_los.action=skip', 'nonfinite_loss'),
    ('default_hooks.ema.type=EMAHok', 'EMAHook'),
    ('default_hooks.checkpoint.save_best=Acc@GQ', 'Acc@GQA'),
    ('model.span_decoders.windw.score=mean', 'window'),
    ('model.text_encoder.nam=x', 'name'),
    ('param_scheduler.1.Tmax=3', 'T_max'),
    ('param_scheduler.1.type=CosineAnealingLR', 'CosineAnnealingLR'),
    ('train_dataloader.collate_fn.type=pseudo_colate', 'pseudo_collate'),
    ('optim_wrapper.paramwise_cfg.bias_lr_mlt=2', 'bias_lr_mult'),
    ('auto_scale_lr.enabl=True', 'enable'),
    ('val_evaluator.decoder=adaptiv', 'adaptive'),
    ('val_evaluator.report_fil=x', 'report_file'),
    ('model.temporal_encoder.init_cfg.type=Xaver', 'Xavier'),
    ('model.init_cfg.typ=x', 'type for typ'),
    ('optim_wrapper.paramwise_cfg.custom_keys.x.lr_mul=2', 'lr_mult'),
    ('val_evaluator.collect_device=gpus', 'gpu'),
    ('train_dataloader.worker_init_fn.type=pseudo_colate', 'pseudo_collate'),
    ('optim_wrapper.constructor=DefaultOptimWrapperConstructr',
     'DefaultOptimWrapperConstructor'),
    ('model_wrapper_cfg.type=MMDistributedDataParalel',
     'MMDistributedDataParallel')])
def test_what_is_misspelled_is_named_with_what_was_meant(typed, meant):
    message = refusal(typed)
    place, _, _ = message.partition(': found ')
    assert typed.startswith(place)
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
    ('optim_wrapper.clip_grad.type=most', 'norm or value'),
    ('optim_wrapper.clip_grad.max_norm=much', 'a number from 0'),
    ('train_dataloader.batch_size=2.5', 'a whole number of at least 1'),
    ('train_dataloader.batch_size=None', 'a whole number of at least 1'),
    ('optim_wrapper.accumulative_counts=0', 'a whole number of at least 1'),
    ('model.pooling_dropout=1.5', 'a number from 0 to 1'),
    ('model.temporal_encoder.dropout=-0.1', 'a number from 0 to 1'),
    ('model.d_model=-4', 'a whole number of at least 1'),
    ('model.grounding_head=None', 'a dict'),
    ('model.text_encoder=roberta-base', 'a dict'),
    ('randomness.seed=-1', 'a whole number from 0 to 4294967295, or None'),
    ('env_cfg.dist_cfg.timeout=abc', 'a number from 0'),
    ('env_cfg.cudnn_benchmark=perhaps', 'bool'), ('env_cfg=None', 'a dict'),
    ('optim_wrapper.optimizer.amsgrad=yes', 'bool'),
    ('optim_wrapper.optimizer.weight_decay=abc', 'float'),
    ('param_scheduler.1.T_max=x', 'int or None'),
    ('param_scheduler.0.begin=x', 'int'), ('compile=yes', 'bool or a dict'),
    ('train_dataloader.pin_memory=si', 'bool'),
    ('train_dataloader.sampler=DefaultSampler', 'a dict with a type'),
    ('train_dataloader.sampler.shuffle=5', 'bool'),
    ('train_dataloader.dataset=None', 'a dict with a type'),
    ('default_hooks.checkpoint.interval=x', 'int'),
    ('visualizer=5', 'a dict'), ('model=None', 'a dict'),
    ('train_dataloader.collate_fn=None', 'a dict with a type'),
    ('train_dataloader.dataset.features.path=None', 'str or a path'),
    ('val_evaluator=5', 'a dict with a type, or a list of them'),
    ('model.temporal_encoder.num_layers=0', 'a whole number of at least 1'),
    ('log_processor.by_epoch=x', 'bool'), ('sync_bn=maybe', 'torch or mmcv, '
     'or None'), ('compile.fullgraph=x', 'bool'),
    *((f'model.{field}', 'a finite number above 0') for field in (
        'cma_loss.temperature=0', 'cma_loss.temperature=inf',
        'grounding_head.sigma_init=inf')),
    ('model.causal_intervention.front_door.hidden_dim=0',
     'a whole number of at least 1'),
    ('log_processor.num_digits=-1', 'a whole number of at least 0'),
    ('default_hooks.checkpoint.filename_tmpl=epoch_{', 'a name with one {} '
     'for the epoch'), ('model.type=', 'the name of a model'),
    ('default_hooks.checkpoint.filename_tmpl=last.pth', 'a name with one {} '
     'for the epoch'),
    ('train_cfg.dynamic_intervals=[3]', 'a list of pairs: from which epoch '
     'on, every how many'),
    ('optim_wrapper.optimizer=Adam', 'a dict with the type of an optimizer'),
    ('optim_wrapper.paramwise_cfg.custom_keys.sigma=3',
     'a dict of lr_mult, decay_mult'),
    ('optim_wrapper.paramwise_cfg.bias_lr_mult=nan', 'a number from 0'),
    ('visualizer.vis_backends=5', 'a list of dicts with a type'),
    ('train_dataloader.num_batch_per_epoch=0',
     'a whole number of at least 1, or None'),
    ('train_dataloader.dataset.indices=x', 'int or a list or None'),
    ('train_dataloader.dataset.metainfo=5', 'a dict or None'),
    ('train_dataloader.dataset.ann_file=', 'the path of a file'),
    ('train_dataloader.dataset.features.path=', 'the path of a file'),
    ('model.cma_loss.loss_weight=nan', 'a number'),
    ('model.span_decoders=None', 'the decoder of the metric among them'),
    ('default_hooks=None', 'a dict'),
    ('val_evaluator=[]', 'a metric: nothing would be computed'),
    ('test_evaluator=[]', 'a metric: nothing would be computed'),
    ('custom_hooks.0.type=EMAHook', 'a list of dicts')])
def test_values_of_another_kind(typed, expected):
    message = refusal(typed)
    place, _, _ = message.partition(': found ')
    assert typed.startswith(place)
    assert f'; expected {expected}. Fix: ' in message


@pytest.mark.parametrize('field', ['candidates_at_once', 'alignment_dim'])
def test_sizes_where_none_means_something_else(field):
    message = refusal(f'model.{field}=0',
                      config=FOLDER / 'cra_frozenbilm_nextgqa.py')
    assert f'{field}: found 0; expected a whole number of at least' in message


@pytest.mark.parametrize(('typed', 'field', 'reason'), [
    (['optim_wrapper.optimizer.weight_decay=-1'],
     'optim_wrapper.optimizer.weight_decay', 'Invalid weight_decay value'),
    (['optim_wrapper.optimizer.betas=(2,3)'],
     'optim_wrapper.optimizer.betas', 'Invalid beta parameter'),
    (['optim_wrapper.optimizer.fused=True',
      'optim_wrapper.optimizer.foreach=True'],
     'optim_wrapper.optimizer.fused', 'cannot be `True` together'),
    (['param_scheduler.0.start_factor=7'],
     'param_scheduler.0.start_factor', 'between 0 and 1'),
    (['default_hooks.checkpoint.rule=greatr'],
     'default_hooks.checkpoint.rule', 'rule must be greater'),
    (['model.span_decoders.window.widths=[3,0]'],
     'model.span_decoders.window.widths', 'whole numbers of at least 1'),
    (['model.span_decoders.merged.first.preset=relase'],
     'model.span_decoders.merged.first.preset',
     'set model.span_decoders.merged.first.preset to one of'),
    (['compile.mode=x'], 'compile.mode', 'Unrecognized mode=x'),
    (['optim_wrapper.clip_grad.norm_type=x'],
     'optim_wrapper.clip_grad.norm_type', 'could not convert'),
    (['optim_wrapper.paramwise_cfg.custom_keys=[sigma]'],
     'optim_wrapper.paramwise_cfg.custom_keys', 'must be a dict'),
    (['param_scheduler.0.begin=5', 'param_scheduler.0.end=2'],
     'param_scheduler.0.end', 'param_scheduler.0.begin, which is 5'),
    ([STOP, 'default_hooks.early.monitor=Acc@GQ'],
     'default_hooks.early.monitor', 'did you mean Acc@GQA?'),
    (['model.init_cfg.type=Pretrained'], 'model.init_cfg', "'checkpoint'"),
    (['model.init_cfg.type=Kaiming', 'model.init_cfg.distribution=x'],
     'model.init_cfg.distribution', 'what KaimingInit takes'),
    ([EMA, 'default_hooks.ema.momentum=2'],
     'default_hooks.ema.momentum', 'momentum must be in range'),
    ([EMA, 'default_hooks.ema.momentm=.1'],
     'default_hooks.ema.momentm', 'did you mean momentum?'),
    ([EMA, 'default_hooks.ema.interval=0'],
     'default_hooks.ema.interval', 'ZeroDivisionError'),
    ([EMA, 'default_hooks.ema.ema_type=ExponentialMovingAverag'],
     'default_hooks.ema.ema_type', 'did you mean ExponentialMovingAverage?'),
    ([EMA, 'default_hooks.ema.begin_epoch=99'],
     'default_hooks.ema.begin_epoch', 'at most train_cfg.max_epochs'),
    # One that begins when this training is over would be left out.
    (['train_cfg.max_epochs=1', 'param_scheduler.1.TMax=4'],
     'param_scheduler.1.TMax', 'did you mean T_max?'),
    (['train_dataloader.num_workers=0'],
     'train_dataloader.persistent_workers', 'needs num_workers > 0')])
def test_what_its_class_refuses(typed, field, reason):
    message = refusal(*typed)
    assert message.startswith(f'{field}: found ') and reason in message


@pytest.mark.parametrize(('absent', 'fix'), [
    ('val_dataloader', 'val_cfg=None val_evaluator=None'),
    ('val_cfg', 'val_dataloader=None val_evaluator=None'),
    ('test_evaluator', 'test_dataloader=None test_cfg=None'),
    ('optim_wrapper', 'train_dataloader=None train_cfg=None')])
def test_a_loop_is_left_out_as_a_whole(absent, fix):
    assert f'set --cfg-options {fix} too' in refusal(f'{absent}=None')
    rest = fix.split()
    check_config(load_config(
        CONFIG, options(f'{absent}=None', *rest), 'unused'))


@pytest.mark.parametrize('typed', [
    'model.pooling_dropout=0', 'optim_wrapper.optimizer.lr=1',
    'model.cma_loss=None', 'val_evaluator.dump_file=2024',
    'default_hooks.checkpoint.save_last=False',
    'train_dataloader.prefetch_factor=4', 'load_from=1.pth',
    'auto_scale_lr.enable=True', 'compile=True', 'log_processor=None',
    'optim_wrapper.optimizer.betas=(0.9,0.99)', 'randomness.seed=None',
    EMA, 'sync_bn=torch', 'train_cfg.dynamic_intervals=[(5,2)]',
    'optim_wrapper.paramwise_cfg.custom_keys.sigma.lr_mult=0.5',
    'optim_wrapper.clip_grad.norm_type=inf',
    'train_dataloader.dataset.indices=[0,1]',
    'default_hooks.checkpoint.filename_tmpl=step_{:03d}.pth',
    'compile.dynamic=True', 'model.init_cfg.type=Xavier',
    'train_dataloader.sampler=None', 'launcher=none',
    'default_hooks.checkpoint.save_best=window/mIoP',
    'default_hooks.checkpoint=None', 'optim_wrapper.clip_grad=None'])
def test_what_is_right_passes(typed):
    check_config(load_config(CONFIG, options(typed), 'unused'))


def test_items_that_describe_nothing():
    with pytest.raises(InputError, match=r'custom_hooks\.0: found None') as (
            caught):
        check_config(Config({'custom_hooks': [None], 'val_evaluator': ['x']}))
    assert "val_evaluator.0: found 'x'" in str(caught.value)


def test_a_launcher_that_there_is_none_of_in_a_file():
    with pytest.raises(InputError, match=r'launcher.*did you mean slurm'):
        check_config(Config({'launcher': 'slrm'}))


def test_sections_that_are_absent_are_not_missed():
    check_config(Config({'model': {'type': 'cra_plugin.GSGHead'},
                         'train_cfg': None}))


@pytest.mark.parametrize('typed', [
    'custom_imports.imports=[x]', 'default_hooks.terminaton=None',
    'launcher=slrm', 'launcher=slurm',
    'train_dataloader.dataset.pipeline.1=x'])
def test_options_that_would_do_nothing(typed):
    message = refusal(typed)
    place, _, _ = message.removeprefix('--cfg-options ').partition(': found')
    assert typed.startswith(place)


def test_sections_of_other_kinds_through_the_tool(tmp_path):
    process = fork_tool(
        'train.py', CONFIG, '--work-dir', tmp_path / 'run', '--cfg-options',
        'train_dataloader.dataset=None', 'val_evaluator=5',
        'val_dataloader.dataset.ann_file=[a,b]')
    assert process.returncode == 2
    line, = process.stderr.strip().splitlines()
    assert line.startswith('error: the config has 3 faults: (1) ')


def test_all_faults_are_told_at_once_and_before_missing_inputs(tmp_path):
    process = fork_tool(
        'train.py', CONFIG, '--work-dir', tmp_path / 'run', '--cfg-options',
        f'data_root={tmp_path}', 'dataroot=x', 'model.d_modle=3',
        'model.pooling_dropout=2', 'param_scheduler.0.begin=x',
        'optim_wrapper.optimizer.lr=-1')
    assert process.returncode == 2
    line, = process.stderr.strip().splitlines()
    assert line.startswith('error: the config has 5 faults: (1) ')
    for words in ('mean data_root?', 'mean d_model?', 'pooling_dropout: ',
                  'param_scheduler.0.begin: ', 'optimizer.lr: '):
        assert words in line
    assert 'missing' not in line and not (tmp_path / 'run').exists()
