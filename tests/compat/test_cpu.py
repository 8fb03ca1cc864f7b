"""Work-arounds for CPUs: each fails here once it is not needed."""

from datetime import timedelta

import pytest
import torch
from mmengine.config import Config, ConfigDict
from mmengine.dist import init_dist
from mmengine.optim import AmpOptimWrapper

from cra_plugin.compat import cpu

without_gpu = pytest.mark.skipif(
    torch.cuda.is_available(), reason='there is a GPU')


@pytest.fixture
def alone(monkeypatch):
    """A process group of one, to be left again."""
    for name, value in (('RANK', '0'), ('WORLD_SIZE', '1'),
                        ('LOCAL_RANK', '0'), ('MASTER_ADDR', '127.0.0.1'),
                        ('MASTER_PORT', '0')):
        monkeypatch.setenv(name, value)
    assert not torch.distributed.is_initialized()
    yield
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


@without_gpu
def test_mmengine_still_asks_for_a_gpu_to_join_processes(alone):
    """Fails once it joins them on CPUs: drop initialize_gloo then."""
    with pytest.raises((RuntimeError, AssertionError)):
        init_dist('pytorch', backend='gloo')
    assert not torch.distributed.is_initialized()


@without_gpu
def test_upstream_mmpretrain_1556_still_needs_the_wrapper():
    """Fails once mmengine's wrapper runs on CPUs: drop ours then."""
    optimizer = torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=.1)
    with pytest.raises(AssertionError, match='only available training on'):
        AmpOptimWrapper(optimizer=optimizer, dtype='bfloat16')


def test_gloo_joins_once_and_keeps_what_a_config_says(alone, monkeypatch):
    config = Config({'find_unused_parameters': True})
    cpu.initialize_gloo(config)
    assert torch.distributed.get_backend() == 'gloo'
    assert config.model_wrapper_cfg == {
        'type': 'MMDistributedDataParallel', 'device_ids': None,
        'broadcast_buffers': False, 'find_unused_parameters': True}
    config = Config({'model_wrapper_cfg': {
        'static_graph': True, 'device_ids': [3], 'broadcast_buffers': True}})
    cpu.initialize_gloo(config)
    assert config.model_wrapper_cfg == {
        'type': 'MMDistributedDataParallel', 'device_ids': None,
        'broadcast_buffers': True, 'find_unused_parameters': False,
        'static_graph': True}


@pytest.mark.parametrize(('settings', 'expected'), [
    ({}, None), ({'timeout': 90}, timedelta(seconds=90))])
def test_the_timeout_of_the_config(monkeypatch, settings, expected):
    calls = []
    monkeypatch.setattr(torch.distributed, 'init_process_group',
                        lambda *args, **kwargs: calls.append((args, kwargs)))
    cpu.initialize_gloo(Config({'env_cfg': {'dist_cfg': settings}}))
    assert calls == [(('gloo', ), {'timeout': expected})]


@pytest.mark.parametrize('name', ['AmpOptimWrapper',
                                  'mmengine.AmpOptimWrapper'])
def test_only_mmengines_wrapper_is_replaced(name, monkeypatch):
    for device, expected in (('cpu', 'cra_plugin.CPUAmpOptimWrapper'),
                             ('cuda', name)):
        monkeypatch.setattr(cpu, 'get_device', device.__str__)
        wrapper = ConfigDict(type=name, dtype='float16')
        cpu.mixed_precision_on_cpu(wrapper)
        assert wrapper == {'type': expected, 'dtype': 'float16'}
        plain = ConfigDict(type='OptimWrapper')
        cpu.mixed_precision_on_cpu(plain)
        assert plain.type == 'OptimWrapper'
