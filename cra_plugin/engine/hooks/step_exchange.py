"""Exchange between processes what each has to say after a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from mmengine.dist import all_gather, get_world_size
from mmengine.runner import Runner
from torch import Tensor


class StepExchange:
    """One collective per step for all hooks that need one.

    The first hook that asks after a step does it, on every process the same
    one. Alone, a process asks nobody and waits for no device.

    Attributes:
        told (int): The signal that this process was told to stop by, 0 for
            none. Set by whoever is told, at any time.
        told_anywhere (int): The largest ``told`` of all processes at the
            last step.
        losses (list[dict[str, float]]): Name to loss, for each process;
            empty where there is only one.
    """

    def __init__(self) -> None:
        self.told = 0
        self.told_anywhere = 0
        self.losses: list[dict[str, float]] = []
        self._step = -1

    def share(self, step: int, outputs: Mapping[str, Any] | None) -> None:
        """Tell the others, unless that is done for this step.

        Args:
            step (int): The iteration.
            outputs (Mapping[str, Any], optional): Losses by name, () each,
                and other values, which are kept. All processes have the same
                names.
        """
        if get_world_size() == 1:
            self.told_anywhere = self.told
        elif step != self._step:
            named = {name: value for name, value in (outputs or {}).items()
                     if isinstance(value, Tensor)}
            mine = [value.detach().float().reshape(())
                    for value in named.values()]
            told = torch.full((), float(self.told))
            rows = torch.stack(all_gather(torch.stack(
                [told.to(mine[0].device) if mine else told, *mine]))).tolist()
            self.told_anywhere = int(max(row[0] for row in rows))
            self.losses = [dict(zip(named, row[1:])) for row in rows]
        self._step = step

    def means(self) -> dict[str, float]:
        """The losses of the last step, averaged over the processes.

        Returns:
            dict[str, float]: Name to mean; empty where there is one process.
        """
        return {name: sum(each[name] for each in self.losses)
                / len(self.losses) for name in next(iter(self.losses), {})}


def step_exchange(runner: Runner) -> StepExchange:
    """The exchange that the hooks of a runner share.

    Args:
        runner (Runner): The runner of the training.

    Returns:
        StepExchange: Made at the first call.
    """
    exchange: StepExchange = vars(runner).setdefault('step_exchange',
                                                     StepExchange())
    return exchange
