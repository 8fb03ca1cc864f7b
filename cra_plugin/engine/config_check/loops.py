"""What a loop of the runner reads: its own settings and its data loader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config
from mmengine.runner import (
    EpochBasedTrainLoop,
    IterBasedTrainLoop,
    TestLoop,
    ValLoop,
)
from torch.utils.data import DataLoader

from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.datasets.video_folder import VideoFolder
from cra_plugin.engine.config_check.arguments import (
    argument_faults,
    kind_faults,
)
from cra_plugin.engine.config_check.trial import loader_faults
from cra_plugin.errors import InputError, describe

# What mmengine takes where a loop has no type.
_LOOPS = {'val': ValLoop, 'test': TestLoop}
# Descriptions without a type.
_PLAIN = {'features': FeatureStore, 'videos': VideoFolder}
_LOADER_MORE = ('type', 'num_batch_per_epoch', 'multiprocessing_context')
_OBJECTS = ('dataset', 'sampler', 'batch_sampler', 'collate_fn',
            'worker_init_fn')
_NEVER_NONE = ('dataset', 'collate_fn', 'worker_init_fn')
# Hints of torch's loader cannot be read.
_KINDS: dict[str, Any] = {
    'pin_memory': bool, 'persistent_workers': bool, 'drop_last': bool,
    'shuffle': bool | None, 'timeout': float, 'prefetch_factor': int | None}


def loop_faults(config: Config) -> Iterator[InputError]:
    """Find what is wrong with loops and data loaders.

    Args:
        config (Config): A config whose sections are of the right kinds.

    Yields:
        InputError: For each fault.
    """
    for split in ('train', 'val', 'test'):
        settings = config.get(f'{split}_cfg')
        if isinstance(settings, Mapping) and 'type' not in settings:
            by_epoch = settings.get('by_epoch', True)
            kind = _LOOPS.get(split) or (
                EpochBasedTrainLoop if by_epoch else IterBasedTrainLoop)
            more = ('by_epoch', ) if split == 'train' else ()
            yield from argument_faults(f'{split}_cfg', kind, settings, more)
        if isinstance(settings, Mapping):
            yield from _interval_faults(f'{split}_cfg.dynamic_intervals',
                                        settings.get('dynamic_intervals'))
        loader = config.get(f'{split}_dataloader')
        if isinstance(loader, Mapping):
            yield from _loader_faults(f'{split}_dataloader', loader)


def _interval_faults(where: str, intervals: Any) -> Iterator[InputError]:
    """Intervals of validation that are no pairs of whole numbers."""
    pairs = intervals if isinstance(intervals, (list, tuple)) else [intervals]
    if intervals is not None and not all(
            isinstance(pair, (list, tuple)) and len(pair) == 2
            and all(type(each) is int and each > 0 for each in pair)
            for pair in pairs):
        yield InputError(
            where, describe(intervals), 'a list of pairs: from which epoch '
            'on, every how many', 'write it as [(10,2),(20,1)]')


def _loader_faults(name: str,
                   loader: Mapping[str, Any]) -> Iterator[InputError]:
    """Faults of a data loader, and of what its data set has without type."""
    yield from argument_faults(name, DataLoader, loader, _LOADER_MORE)
    for field, hint in _KINDS.items():
        if field in loader:
            yield from kind_faults(f'{name}.{field}', hint, loader[field])
    count = loader.get('num_batch_per_epoch')
    if count is not None and (type(count) is not int or count < 1):
        yield InputError(f'{name}.num_batch_per_epoch', describe(count),
                         'a whole number of at least 1, or None',
                         'correct the value')
    for field in _OBJECTS:
        value = loader.get(field)
        if value is None and (field not in _NEVER_NONE
                              or field not in loader):
            continue
        if not callable(value) and not (
                isinstance(value, Mapping) and 'type' in value):
            yield InputError(f'{name}.{field}', describe(value),
                             'a dict with a type', 'set its fields')
    yield from loader_faults(name, loader)
    yield from _plain_faults(f'{name}.dataset', loader.get('dataset'))


def _plain_faults(place: str, dataset: Any) -> Iterator[InputError]:
    """Faults of what data sets describe without a type."""
    while isinstance(dataset, Mapping):
        yield from _empty_paths(place, dataset, 'ann_file')
        for name, kind in _PLAIN.items():
            if isinstance(dataset.get(name), Mapping):
                yield from argument_faults(f'{place}.{name}', kind,
                                           dataset[name])
                yield from _empty_paths(f'{place}.{name}', dataset[name],
                                        'path')
        place, dataset = f'{place}.dataset', dataset.get('dataset')


def _empty_paths(place: str, described: Mapping[str, Any],
                 field: str) -> Iterator[InputError]:
    """A file that has no name."""
    if described.get(field) == '':
        yield InputError(f'{place}.{field}', "''", 'the path of a file',
                         f'set {place}.{field}')
