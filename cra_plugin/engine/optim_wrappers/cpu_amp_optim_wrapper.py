"""Train in mixed precision without an accelerator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.optim import AmpOptimWrapper, OptimWrapper
from torch import nn

from cra_plugin.errors import check_choice
from cra_plugin.registry import OPTIM_WRAPPERS

DTYPES = ('bfloat16', 'float16')


@OPTIM_WRAPPERS.register_module()
class CPUAmpOptimWrapper(AmpOptimWrapper):
    """mmengine's ``AmpOptimWrapper``, which asserts a GPU, for CPUs.

    See :func:`cra_plugin.compat.cpu.mixed_precision_on_cpu`.

    Args:
        dtype (str): ``'bfloat16'`` or ``'float16'``. Defaults to
            'bfloat16'.
        loss_scale (str | float | dict): For ``'float16'``, as in mmengine:
            ``'dynamic'``, a constant, or arguments of torch's
            ``GradScaler``. Defaults to 'dynamic'.
        **kwargs: Of :class:`mmengine.optim.OptimWrapper`.

    Raises:
        InputError: If the type is neither.
    """

    def __init__(self,
                 dtype: str = 'bfloat16',
                 loss_scale: str | float | dict[str, Any] = 'dynamic',
                 **kwargs: Any) -> None:
        check_choice('optim_wrapper.dtype', dtype, DTYPES)
        # Past the constructor that asserts a GPU.
        OptimWrapper.__init__(self, **kwargs)
        self.cast_dtype = getattr(torch, dtype)
        settings = dict(loss_scale) if isinstance(loss_scale, dict) else {}
        constant = loss_scale if isinstance(loss_scale, float) else None
        if constant is not None:
            settings['init_scale'] = constant
        # mmengine's types are those of the values in its constructor.
        self._scale_update_param = constant  # type: ignore[assignment]
        # bfloat16 has the range of float32: nothing is to be scaled.
        self.loss_scaler = torch.amp.GradScaler(  # type: ignore[assignment]
            'cpu', enabled=dtype == 'float16', **settings)

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Compute in lower precision; accumulate gradients.

        Args:
            model (nn.Module): The model that is trained.
        """
        with (OptimWrapper.optim_context(self, model),
              torch.autocast('cpu', dtype=self.cast_dtype)):
            yield

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Resume, also a training that scaled no losses.

        Args:
            state_dict (dict): Of any optimizer wrapper.
        """
        state_dict = dict(state_dict)
        if not state_dict.get('loss_scaler'):
            state_dict.pop('loss_scaler', None)
        super().load_state_dict(state_dict)
