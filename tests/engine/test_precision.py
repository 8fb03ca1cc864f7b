"""Mixed precision, batch size and what else changes how a config trains."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from cra_plugin.apis.train import train
from cra_plugin.engine.precision import mix_precision, scale_learning_rate
from cra_plugin.errors import InputError

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')
without_gpu = pytest.mark.skipif(
    torch.cuda.is_available(), reason='there is a GPU')
NO_VALIDATION = {
    'val_cfg': None, 'val_dataloader': None, 'val_evaluator': None,
    'default_hooks.checkpoint.save_best': None, 'train_cfg.max_epochs': 1}


@pytest.fixture(scope='module')
def options(causal_options):
    return causal_options | {
        'log_level': 'ERROR', 'optim_wrapper.optimizer.lr': 1e-3,
        'default_hooks.logger.interval': 1, 'log_processor.window_size': 1,
        'model.temporal_encoder.input_dropout': 0.,
        'model.temporal_encoder.dropout': 0., 'model.pooling_dropout': 0.}


def logged(folder):
    """The scalars that a run logged, in order."""
    (file, ) = folder.glob('*/vis_data/scalars.json')
    return [json.loads(line) for line in file.read_text().splitlines()]


def wrapper(**settings):
    return Config({'optim_wrapper': {'type': 'OptimWrapper'} | settings})


@pytest.mark.parametrize(('amp', 'dtype'), [('bf16', 'bfloat16'),
                                            ('fp16', 'float16')])
def test_option_chooses_the_type(monkeypatch, amp, dtype):
    from cra_plugin.compat import cpu
    for device, kind in (('cuda', 'AmpOptimWrapper'),
                         ('cpu', 'cra_plugin.CPUAmpOptimWrapper')):
        monkeypatch.setattr(cpu, 'get_device', device.__str__)
        config = wrapper(accumulative_counts=2)
        mix_precision(config, amp)
        assert config.optim_wrapper == {
            'type': kind, 'dtype': dtype, 'accumulative_counts': 2}
        # The option overrides a config that mixes already.
        config = wrapper(type='AmpOptimWrapper', dtype='float32')
        mix_precision(config, amp)
        assert config.optim_wrapper == {'type': kind, 'dtype': dtype}


def test_without_the_option_the_config_decides(monkeypatch):
    from cra_plugin.compat import cpu
    monkeypatch.setattr(cpu, 'get_device', lambda: 'cpu')
    config = wrapper()
    mix_precision(config)
    assert config.optim_wrapper == {'type': 'OptimWrapper'}
    config = wrapper(type='AmpOptimWrapper', dtype='float16')
    mix_precision(config)
    assert config.optim_wrapper == {
        'type': 'cra_plugin.CPUAmpOptimWrapper', 'dtype': 'float16'}


@pytest.mark.parametrize(('config', 'amp', 'word'), [
    (wrapper(), 'half', '--amp'),
    (wrapper(type='ApexOptimWrapper'), 'bf16', 'train without --amp')])
def test_what_cannot_be_mixed(config, amp, word):
    with pytest.raises(InputError, match=word):
        mix_precision(config, amp)


def test_learning_rate_needs_a_batch_to_start_from():
    for settings in ({}, {'auto_scale_lr': {'enable': False}},
                     {'auto_scale_lr': None}):
        with pytest.raises(InputError, match='base_batch_size'):
            scale_learning_rate(Config(settings), enable=True)
        scale_learning_rate(Config(settings))


@pytest.mark.parametrize(('enable', 'option', 'base'), [
    (False, False, 64), (True, False, 16), (False, True, 16)])
def test_accumulated_batches_count(enable, option, base):
    config = wrapper(accumulative_counts=4)
    config.auto_scale_lr = {'enable': enable, 'base_batch_size': 64}
    scale_learning_rate(config, option)
    assert config.auto_scale_lr == {
        'enable': enable or option, 'base_batch_size': base}


def rate(runner):
    """The initial learning rate, which all parameters share."""
    (group, ) = runner.optim_wrapper.param_groups
    assert any(each is runner.model.grounding_head.smoothing.sigma
               for each in group['params'])
    return group['initial_lr']


@pytest.fixture(scope='module')
def plain(options, tmp_path_factory):
    """A training with nothing special, and what it logged."""
    folder = tmp_path_factory.mktemp('plain')
    runner = train(CONFIG, str(folder), options=options)
    return runner, logged(folder)


def losses(scalars):
    return torch.tensor([each['loss'] for each in scalars if 'loss' in each])


@without_gpu
@pytest.mark.parametrize('amp', ['bf16', 'fp16'])
def test_trains_and_measures_in_mixed_precision(plain, options, tmp_path,
                                                amp):
    _, expected = plain
    options = options | {'val_cfg.fp16': amp == 'bf16'}
    runner = train(CONFIG, str(tmp_path), amp=amp, options=options,
                   auto_scale_lr=amp == 'bf16')
    scalars = logged(tmp_path)
    found, curve = losses(scalars), losses(expected)
    assert found.isfinite().all() and not torch.equal(found, curve)
    torch.testing.assert_close(found[:2], curve[:2], rtol=.02, atol=.02)
    measured = [each for each in scalars if 'mIoP' in each]
    assert len(measured) == 2
    for each in measured:
        assert np.isfinite(list(each.values())).all()
        assert 0 <= each['Acc@GQA'] <= each['Acc@VQA'] <= 100
        assert 0 < each['mIoP'] <= 100
    assert all(each.dtype == torch.float32
               for each in runner.model.parameters())
    # The dictionary is not made in low precision.
    reference = plain[0].model.causal_intervention.front_door.dictionary
    assert torch.equal(
        runner.model.causal_intervention.front_door.dictionary.centers,
        reference.centers)
    factor = 4 / 64 if amp == 'bf16' else 1
    assert rate(runner) == pytest.approx(factor * rate(plain[0]))


def test_accumulated_gradients_are_those_of_one_batch(options, tmp_path):
    """Without CMA, whose negatives are those of a batch."""
    found = []
    for size, count in ((8, 1), (4, 2)):
        folder = tmp_path / str(size)
        train(CONFIG, str(folder), options=options | NO_VALIDATION | {
            'model.cma_loss': None, 'train_dataloader.batch_size': size,
            'optim_wrapper.accumulative_counts': count,
            'train_dataloader.dataset.indices': 16, 'param_scheduler': [],
            'optim_wrapper.optimizer': {
                '_delete_': True, 'type': 'SGD', 'lr': 1e-2}})
        found.append(torch.load(folder / 'epoch_1.pth', weights_only=False))
    one, two = (each['state_dict'] for each in found)
    for key in one:
        torch.testing.assert_close(one[key], two[key], rtol=1e-4, atol=1e-5)
