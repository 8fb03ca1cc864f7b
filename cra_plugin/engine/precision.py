"""Set mixed precision and the scaled learning rate in a config."""

from __future__ import annotations

from mmengine.config import Config, ConfigDict

from cra_plugin.compat import cpu
from cra_plugin.errors import InputError, check_choice

DTYPES = {'bf16': 'bfloat16', 'fp16': 'float16'}


def mix_precision(config: Config, amp: str | None = None) -> None:
    """Switch the optimizer wrapper to automatic mixed precision.

    Args:
        config (Config): A merged config, changed in place.
        amp (str, optional): ``'bf16'`` or ``'fp16'``. Defaults to None: as
            the config says, on a CPU too.

    Raises:
        InputError: If the config has an optimizer wrapper of another kind.
    """
    wrapper = config.optim_wrapper
    if amp is not None:
        check_choice('--amp', amp, tuple(DTYPES))
        kind = wrapper.get('type', 'OptimWrapper')
        if kind not in ('OptimWrapper', 'AmpOptimWrapper'):
            raise InputError('optim_wrapper.type', str(kind), 'OptimWrapper',
                             'train without --amp')
        wrapper.type = 'AmpOptimWrapper'
        wrapper.dtype = DTYPES[amp]
    cpu.mixed_precision_on_cpu(wrapper)


def scale_learning_rate(config: Config, enable: bool = False) -> None:
    """Let mmengine scale the learning rate with the batch.

    The rate is multiplied by (processes x batch size of one x accumulated
    batches) / ``auto_scale_lr.base_batch_size``, for every group of
    parameters. Source: the linear rule of arXiv 1706.02677.

    Args:
        config (Config): A merged config, changed in place.
        enable (bool): Switch it on; else the config says whether it is.
            Defaults to False.

    Raises:
        InputError: If the config does not say what batch its rate is for.
    """
    settings = config.get('auto_scale_lr') or ConfigDict()
    if enable and not settings.get('base_batch_size'):
        raise InputError('auto_scale_lr.base_batch_size', 'nothing',
                         'the batch size that the learning rate is for',
                         'set --cfg-options auto_scale_lr.base_batch_size=N')
    if enable:
        settings.enable = True
    if settings.get('enable'):
        # mmengine does not count accumulated batches.
        settings.base_batch_size /= config.optim_wrapper.get(
            'accumulative_counts', 1)
