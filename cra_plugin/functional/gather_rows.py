"""Rows of all processes, with gradients."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed


def gather_rows(rows: Tensor) -> Tensor:
    """Concatenate the rows of all processes.

    The gradient of a row is the sum over what each process makes of it.
    torch's own function of this kind is deprecated, its successor too new.

    Args:
        rows (Tensor): (B, ...), as many in every process.

    Returns:
        Tensor: (processes x B, ...), in the order of the processes; ``rows``
        itself where there is no process group.
    """
    if not distributed.is_initialized():
        return rows
    gathered: Tensor = _GatherRows.apply(rows)
    return gathered


class _GatherRows(torch.autograd.Function):

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        rows = rows.contiguous()
        gathered = [torch.empty_like(rows)
                    for _ in range(distributed.get_world_size())]
        distributed.all_gather(gathered, rows)
        first = len(rows) * distributed.get_rank()
        ctx.mine = slice(first, first + len(rows))
        return torch.cat(gathered)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        total = gradient.clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(total)
        return total[ctx.mine]
