"""Work-arounds for what mmengine does on accelerators only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mmengine.device import get_device
from torch import distributed


def initialize_gloo(config: Any) -> None:
    """Start a distributed run on CPUs.

    mmengine calls ``torch.cuda.set_device`` for every launcher and gives
    the model a CUDA device, so the process group is made beforehand and the
    wrapper told that there is none. No upstream issue is known.

    Args:
        config (Any): The mmengine config, changed in place.
    """
    if not distributed.is_initialized():
        settings = config.get('env_cfg', {}).get('dist_cfg', {})
        seconds = settings.get('timeout')
        distributed.init_process_group(
            'gloo', timeout=seconds and timedelta(seconds=seconds))
    # What mmengine sets where a config does not.
    config.model_wrapper_cfg = {
        'type': 'MMDistributedDataParallel',
        'broadcast_buffers': False,
        'find_unused_parameters': config.get('find_unused_parameters', False),
        **(config.get('model_wrapper_cfg') or {}),
        'device_ids': None
    }


def mixed_precision_on_cpu(optim_wrapper: Any) -> None:
    """Replace mmengine's ``AmpOptimWrapper``, which asserts an accelerator.

    Where there is none, ours autocasts on the CPU. Upstream, unanswered:
    https://github.com/open-mmlab/mmpretrain/issues/1556.

    Args:
        optim_wrapper (Any): Config of an optimizer wrapper, changed in
            place.
    """
    amp = ('AmpOptimWrapper', 'mmengine.AmpOptimWrapper')
    if optim_wrapper.get('type') in amp and get_device() == 'cpu':
        optim_wrapper.type = 'cra_plugin.CPUAmpOptimWrapper'
