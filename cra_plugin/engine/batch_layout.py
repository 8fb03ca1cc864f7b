"""Describe how a run cuts an epoch into batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from numbers import Integral
from typing import Any

from mmengine.dist import get_world_size
from mmengine.runner import Runner


@dataclass(frozen=True)
class BatchLayout:
    """What decides which samples are in which batch of an epoch.

    Attributes:
        batches_per_epoch (int): Batches of each process in an epoch.
        batch_size (int): Samples of a batch of one process.
        world_size (int): Number of processes.
        num_samples (int): Samples of the training set.
    """

    batches_per_epoch: int
    batch_size: int
    world_size: int
    num_samples: int

    @classmethod
    def of(cls, runner: Runner) -> BatchLayout:
        """Take it from a run.

        Args:
            runner (Runner): One that trains.

        Returns:
            BatchLayout: Its own.
        """
        loader = runner.train_dataloader
        size = loader.batch_size
        if size is None:
            size = getattr(loader.batch_sampler, 'batch_size', 0)
        return cls(
            len(loader), size, get_world_size(), len(loader.dataset))

    @classmethod
    def read(cls, meta: Mapping[str, Any]) -> BatchLayout | None:
        """Take it from a checkpoint.

        Args:
            meta (Mapping[str, Any]): Entry ``meta`` of the checkpoint.

        Returns:
            BatchLayout, optional: None where the checkpoint has none, as
            those of mmengine's own hooks.
        """
        values = [
            int(value) for value in map(meta.get, cls.__dataclass_fields__)
            if isinstance(value, Integral)]
        if len(values) < len(cls.__dataclass_fields__) or min(values) < 0:
            return None
        return cls(*values) if values[0] else None

    def store(self, meta: dict[str, Any]) -> None:
        """Put it into a checkpoint.

        Args:
            meta (dict[str, Any]): Entry ``meta`` of the checkpoint.
        """
        meta.update(asdict(self))

    def difference(self, here: BatchLayout) -> str:
        """Say in what it differs from that of the run at hand.

        Args:
            here (BatchLayout): Of the run at hand.

        Returns:
            str: Each field with both values; '' if there is none.
        """
        before, now = asdict(self), asdict(here)
        return ', '.join(
            f'{name} was {before[name]} and is {now[name]}'
            for name in before if before[name] != now[name])
