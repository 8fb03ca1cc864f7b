"""What follows in a config from its other fields.

The tools complete a config when they read it; where plain mmengine runs it,
our loops do so when they are built.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config, ConfigDict

from cra_plugin.datasets.unwrap import unwrap_datasets
from cra_plugin.engine.run_outputs import keep_local_scalars, order_decoders
from cra_plugin.errors import InputError

# Hooks that mmengine adds by itself, so that None has to stay to say no.
MMENGINE_HOOKS = ('runtime_info', 'timer', 'sampler_seed', 'logger',
                  'param_scheduler', 'checkpoint')

# What needs the tokenizer of the model.
TOKENIZING = ('TokenizeText', 'TokenizeMaskPrompts')


def complete_config(config: Config) -> None:
    """Fill in, in place, what follows from other fields.

    - A dataset without ``data_root`` takes the config's own ``data_root``.
    - ``TokenizeText`` and ``TokenizeMaskPrompts`` without a tokenizer take
      that of the text encoder, or of the language model.
    - A hook of ``default_hooks`` that is None is left out.
    - The local files of scalars are kept beside other ``vis_backends``.
    - Metrics show the decoders in the config's order.
    - A parameter schedule without an end runs to the last epoch.

    Args:
        config (Config): A merged config.

    Raises:
        InputError: If the text encoder names no tokenizer but one is needed.
    """
    for split in ('train', 'val', 'test'):
        loader = config.get(f'{split}_dataloader')
        if loader:
            _complete_datasets(loader, config)
    _drop_hooks(config)
    keep_local_scalars(config)
    order_decoders(config)
    epochs = (config.get('train_cfg') or {}).get('max_epochs')
    schedules = config.get('param_scheduler') or []
    schedules = schedules if isinstance(schedules, list) else [schedules]
    for each in schedules:
        if each.get('by_epoch', True):
            each.setdefault('end', epochs)
    config.param_scheduler = schedules or None


def completed_loader(loader: Any, config: Config) -> Any:
    """Give a data loader whose datasets are completed.

    Args:
        loader (Any): The ``*_dataloader`` of a config; what is no dict was
            built already and is given back.
        config (Config): The whole config.

    Returns:
        Any: A completed copy of the loader.

    Raises:
        InputError: If the text encoder names no tokenizer but one is needed.
    """
    if not isinstance(loader, Mapping):
        return loader
    completed = ConfigDict(copy.deepcopy(dict(loader)))
    _complete_datasets(completed, config)
    return completed


def schedules_of_run(schedules: Any, epochs: int | None) -> Any:
    """Leave out schedules that would begin when training is over.

    mmengine refuses a run that has one.

    Args:
        schedules (Any): The ``param_scheduler`` of a config.
        epochs (int, optional): Epochs of the training.

    Returns:
        Any: The same without them; what is no list or one schedule, as for
        several optimizers, is given back.
    """
    if isinstance(schedules, Mapping) and 'type' in schedules:
        schedules = [schedules]
    if not isinstance(schedules, list):
        return schedules
    return [each for each in schedules if not isinstance(each, Mapping)
            or _begins_in_time(each, epochs)]


def _begins_in_time(schedule: Mapping[str, Any], epochs: int | None) -> bool:
    """Whether a schedule begins before it ends."""
    by_epoch = schedule.get('by_epoch', True)
    end = schedule.get('end', epochs if by_epoch else None)
    return end is None or schedule.get('begin', 0) < end


def _complete_datasets(loader: ConfigDict, config: Config) -> None:
    """Fill in the root and the tokenizer of the datasets of a loader."""
    if not isinstance(config.get('model', {}), dict):
        return  # for the check of the config to tell
    for dataset in _datasets(loader):
        if config.get('data_root') and not dataset.get('data_root'):
            dataset.data_root = config.data_root
        for transform in dataset.get('pipeline') or ():
            # Whatever its scope is.
            name = str(transform.get('type')).rpartition('.')[2]
            if name in TOKENIZING and not transform.get('tokenizer'):
                transform.tokenizer = _tokenizer_of(config)
            elif name == 'TokenizePrompts':
                transform.setdefault('model', config.model.text_encoder.model)


def _datasets(loader: ConfigDict) -> Iterator[ConfigDict]:
    """The configs of datasets, looking through wrappers."""
    for dataset in unwrap_datasets(loader.get('dataset')):
        if isinstance(dataset, ConfigDict):
            yield dataset


def _tokenizer_of(config: Config) -> str:
    """Name the tokenizer of the text encoder or the language model."""
    model = config.get('model') or {}
    part = 'language_model' if 'language_model' in model else 'text_encoder'
    encoder = model.get(part) or {}
    tokenizer: str | None = encoder.get('tokenizer') or encoder.get('name')
    if not tokenizer:
        raise InputError(
            f'model.{part}', 'neither name nor tokenizer',
            'its tokenizer',
            f'set --cfg-options model.{part}.tokenizer=NAME_OR_FOLDER')
    return tokenizer


def _drop_hooks(config: Config) -> None:
    """Leave out hooks of ours that are set to None, as mmengine's are."""
    for name, hook in list((config.get('default_hooks') or {}).items()):
        if hook is None and name not in MMENGINE_HOOKS:
            del config.default_hooks[name]
