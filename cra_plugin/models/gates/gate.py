"""What every gate is, and how one is built from a name or a config."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from mmengine.model import BaseModule
from torch import Tensor

from cra_plugin.errors import InputError, describe
from cra_plugin.models.build_part import build_part, find_part
from cra_plugin.registry import TASK_UTILS
from cra_plugin.utils.nearest_name import list_names, nearest_name


class Gate(BaseModule):
    """How the question conditions the frames of a :class:`GSGHead`.

    Args:
        d_model (int): Width of frames and query; given by the head.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Attributes:
        gives_logits (bool): Whether the gate scores the frames itself.
            False where the head's MLP scores what the gate makes of them.
    """

    gives_logits = False

    def __init__(self,
                 d_model: int,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        self.d_model = d_model

    @abstractmethod
    def forward(self, frames: Tensor, query: Tensor) -> Tensor:
        """Gate the frames.

        Leading axes broadcast: where every candidate is a query, frames are
        (B, 1, T, d) and queries (B, M, d).

        Args:
            frames (Tensor): (..., T, d), the projected frames v'.
            query (Tensor): (..., d), the projected query q'.

        Returns:
            Tensor: (..., T, d); logits (..., T) where ``gives_logits``.
        """


def build_gate(field: str, gate: str | dict[str, Any], d_model: int) -> Gate:
    """Build a registered gate.

    Args:
        field (str): The field that describes it, for errors.
        gate (str | dict): A name in ``cra_plugin.TASK_UTILS``, such as
            ``'dot'``, or a config with a ``type``.
        d_model (int): Width of frames and query.

    Returns:
        Gate: The gate.

    Raises:
        InputError: If nothing, or no gate, is registered under that name.
    """
    # A name alone needs no prefix, whatever the scope of the config.
    config = dict(type=gate, _scope_='cra_plugin') if isinstance(
        gate, str) else gate
    found = find_part(TASK_UTILS, config) if isinstance(
        config, dict) else None
    if not (isinstance(found, type) and issubclass(found, Gate)):
        names = sorted(name for name, each in TASK_UTILS.module_dict.items()
                       if isinstance(each, type) and issubclass(each, Gate))
        near = nearest_name(str(gate), names)
        raise InputError(
            field, describe(gate), 'a registered gate: one of '
            f'{list_names(names)}, or the config of one',
            f'did you mean {near}?' if near else 'correct it, or name the '
            'module that registers it in custom_imports')
    built: Gate = build_part(field, TASK_UTILS, config, d_model=d_model)
    return built
