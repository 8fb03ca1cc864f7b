"""Two processes train and measure as one."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train
from tests.helpers.process_group import run_processes

# What is drawn differs between one process and two.
STILL = {'cra_nextgqa.py': {
    'model.temporal_encoder.input_dropout': 0.,
    'model.temporal_encoder.dropout': 0., 'model.pooling_dropout': 0.},
    'cra_frozenbilm_nextgqa.py': {
        'model.language_model.dropout': 0., 'model.dropout': 0.,
        'optim_wrapper.clip_grad.max_norm': 12., 'param_scheduler.0.end': 1,
        'param_scheduler.1.begin': 1}}


@pytest.fixture(scope='module')
def config(either_model):
    return either_model.config


@pytest.fixture(scope='module')
def options(either_model, tiny_world, tmp_path_factory):
    """A tiny training whose every loss is logged, and all of AMP and co."""
    options = either_model.options | STILL[Path(either_model.config).name] | {
        'log_level': 'ERROR', 'optim_wrapper.optimizer.lr': 1e-3,
        'log_processor.window_size': 1, 'default_hooks.logger.interval': 1,
        'train_dataloader.dataset.indices': 16}
    if 'model.text_encoder.name' in options:
        folder = tmp_path_factory.mktemp('still') / 'text'
        shutil.copytree(tiny_world / 'text', folder)
        fields = json.loads((folder / 'config.json').read_text())
        (folder / 'config.json').write_text(json.dumps(
            fields | {'hidden_dropout_prob': 0.,
                      'attention_probs_dropout_prob': 0.}))
        options['model.text_encoder.name'] = str(folder)
    return options


def logged(folder):
    """The scalars that a run logged, in order."""
    (file, ) = folder.glob('*/vis_data/scalars.json')
    return [json.loads(line) for line in file.read_text().splitlines()]


EVERYTHING = {
    'train_dataloader.batch_size': 2, 'optim_wrapper.accumulative_counts': 2,
    'val_cfg': None, 'val_dataloader': None, 'val_evaluator': None,
    'default_hooks.checkpoint.save_best': None}


def is_everywhere_alike(runner):
    """Whether both processes have the same, finite weights."""
    mine = torch.cat([each.detach().flatten()
                      for each in runner.model.parameters()])
    both = [torch.zeros_like(mine) for _ in range(2)]
    torch.distributed.all_gather(both, mine)
    return torch.equal(*both) and bool(mine.isfinite().all())


def train_and_test(rank, folder, config, options, checkpoint):
    """What a process of two does: train, train with everything, test."""
    half = {'train_dataloader.batch_size': 2}
    part = ('text_encoder' if 'model.text_encoder.name' in options
            else 'language_model')
    everything = EVERYTHING | {f'model.{part}.gradient_checkpointing': True}
    alike = [is_everywhere_alike(train(
        config, str(folder / name), options=options | more, amp=amp,
        launcher='pytorch', auto_scale_lr=amp is not None))
        for name, more, amp in (('two', half, None),
                                ('everything', everything, 'bf16'))]
    metrics = evaluate(config, checkpoint, str(folder / 'test'),
                       dump=str(folder / 'two.json'),
                       json=str(folder / 'two_report.json'),
                       options=options, launcher='pytorch')
    return alike, metrics


@pytest.fixture(scope='module')
def runs(config, options, tmp_path_factory):
    """A folder of both runs, and what the processes returned."""
    folder = tmp_path_factory.mktemp('runs')
    train(config, str(folder / 'one'), options=options)
    return folder, run_processes(
        train_and_test, 2, folder, config, options,
        str(folder / 'one' / 'epoch_2.pth'), join=False)


def test_the_loss_curve_is_that_of_one_process(runs):
    folder, _ = runs
    one, two = (logged(folder / name) for name in ('one', 'two'))
    names = {name for name in one[0] if 'loss' in name}
    assert names == {'loss', 'loss_vqa', 'loss_vq', 'loss_cma_vqa',
                     'loss_cma_vq'}
    curves = [np.array([[each[name] for name in sorted(names)]
                        for each in run if 'loss' in each])
              for run in (one, two)]
    assert curves[0].shape == (8, 5)
    np.testing.assert_allclose(*curves, rtol=0, atol=1e-4)
    assert curves[0][-1, 0] < curves[0][0, 0] - .05


def test_processes_keep_the_same_weights(runs, config):
    """With mixed precision, accumulated gradients and recomputing too."""
    folder, found = runs
    assert [alike for alike, _ in found] == [[True, True]] * 2
    losses = [each['loss'] for each in logged(folder / 'everything')]
    assert losses[-1] < losses[0]
    # 2 processes x 2 questions x 2 batches, of those that the rate is for.
    base = Config.fromfile(config).auto_scale_lr.base_batch_size
    assert max(each['lr'] for each in logged(folder / 'everything')
               ) == pytest.approx(1e-3 * 8 / base)


def test_validation_is_that_of_one_process(runs):
    folder, _ = runs
    one, two = ([each for each in logged(folder / name) if 'mIoP' in each]
                for name in ('one', 'two'))
    assert len(one) == 2
    for ours, theirs in zip(one, two):
        assert {'Acc@GQA', 'PIoU'} <= ours.keys()
        assert {name: value for name, value in ours.items()
                if 'time' not in name} == pytest.approx(
            {name: value for name, value in theirs.items()
             if 'time' not in name}, abs=1e-4)


def test_metrics_are_identical(runs, config, options):
    """Nine questions, which two processes cannot share evenly."""
    folder, found = runs
    alone = evaluate(
        config, str(folder / 'one' / 'epoch_2.pth'), str(folder / 'test'),
        dump=str(folder / 'one.json'), json=str(folder / 'one_report.json'),
        options=options)
    assert alone['num_questions'] == 9
    assert all(metrics == alone for _, metrics in found)
    for name in ('', '_report', '_spans'):
        assert (folder / f'one{name}.json').read_text() == (
            folder / f'two{name}.json').read_text()
    assert len(json.loads((folder / 'one.json').read_text())) == 9
