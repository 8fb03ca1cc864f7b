"""Loops that complete their part of the config, whoever runs it."""

from __future__ import annotations

from typing import Any

from mmengine.runner import Runner
from mmengine.runner.base_loop import BaseLoop

from cra_plugin import compat
from cra_plugin.engine.config_completion import completed_loader


class CompletedLoop(BaseLoop):
    """What our loops do before mmengine builds their data loader.

    The work-arounds are applied, since a config that names other
    ``custom_imports`` leaves them out, and the datasets get their root and
    tokenizer. This is the last base class of a loop, after one of
    mmengine's.

    Args:
        runner (Runner): The runner.
        dataloader (Any): A data loader, or the config of one.
    """

    def __init__(self, runner: Runner, dataloader: Any) -> None:
        compat.apply()
        super().__init__(runner, completed_loader(dataloader, runner.cfg))
