"""Time the data of a training alone: from the files to the main process."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from mmengine.runner import Runner
from torch.utils.data import DataLoader

from cra_plugin.apis.config import load_config
from cra_plugin.apis.speed_figure import SpeedFigure
from cra_plugin.datasets.unwrap import unwrap_datasets
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.full_batches import require_batches
from cra_plugin.engine.missing_inputs import require_loop
from cra_plugin.errors import InputError
from cra_plugin.registry import DATASETS


def benchmark_data(config: str,
                   workers: int = 2,
                   rounds: int = 3,
                   options: dict[str, Any] | None = None
                   ) -> list[SpeedFigure]:
    """Time epochs of the training's data against a plain way, in turns.

    Plain is a sample after the other, its features read by HDF5, collated by
    mmengine's ``pseudo_collate``. Workers run before the first epoch counts.

    Args:
        config (str): The config file.
        workers (int): Of the data loader. Defaults to 2.
        rounds (int): Epochs of either way that count. Defaults to 3.
        options (dict, optional): ``--cfg-options``. Defaults to None.

    Returns:
        list[SpeedFigure]: Samples by the clock, and for each second of CPU
        time of all processes; medians.

    Raises:
        InputError: If there is nothing to time, or the config is at fault.
    """
    if workers < 1 or rounds < 1:
        raise InputError('--workers, --rounds', f'{workers} and {rounds}',
                         'at least 1 each')
    with TemporaryDirectory() as folder:
        loaded = load_config(config, options, folder)
        require_loop(loaded, 'train')
        check_config(loaded)
    given = copy.deepcopy(loaded.train_dataloader)
    given.update(num_workers=workers, persistent_workers=True)
    loaders: list[Any] = [_plainly(given),
                          Runner.build_dataloader(given, seed=0)]
    require_batches(loaders[1])
    seconds = [[_epoch(loader) for loader in loaders]
               for _ in range(rounds + 1)][1:]
    number = (len(loaders[1]) * given.batch_size if given.get('drop_last')
              else len(loaders[1].dataset))
    figures = []
    for place, (name, unit) in enumerate((('data', 'samples/s'),
                                          ('data_cpu', 'samples/CPU-s'))):
        plain, own = (number / median(turn[way][place] for turn in seconds)
                      for way in range(2))
        figures.append(SpeedFigure(name, plain, own, unit))
    return figures


class _OneByOne:
    """A dataset that is not asked for batches."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: int) -> Any:
        return self._dataset[index]


def _plainly(given: Any) -> DataLoader[Any]:
    """A loader of the same samples that takes no short cut."""
    given = copy.deepcopy(given)
    for part in unwrap_datasets(given.dataset):
        if part.get('features'):
            part.features.direct = False
    given.update(collate_fn=dict(type='pseudo_collate'),
                 dataset=_OneByOne(DATASETS.build(given.dataset)))
    return Runner.build_dataloader(given, seed=0)


def _epoch(loader: DataLoader[Any]) -> Sequence[float]:
    """Seconds and CPU seconds of an epoch, those of workers included."""
    start = time.perf_counter(), _spent(loader)
    for _ in loader:
        pass
    return time.perf_counter() - start[0], _spent(loader) - start[1]


def _spent(loader: Any) -> float:
    """CPU time of this process, and of workers that run."""
    running = getattr(loader._iterator, '_workers', ())
    return time.process_time() + sum(
        time.clock_gettime(_clock_of(each.pid)) for each in running)


def _clock_of(process: int) -> int:
    """The clock of the CPU time of another process."""
    # What clock_getcpuclockid(3) gives; Python has it for threads alone.
    return ~process << 3 | 2
