"""A walk over a config, before anything of it is built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mmengine import registry as roots
from mmengine.config import Config
from mmengine.registry import Registry
from mmengine.runner import Runner
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.utils.data import DataLoader

from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.datasets.video_folder import VideoFolder
from cra_plugin.engine.config_check.arguments import (
    check_arguments,
    check_kind,
)
from cra_plugin.engine.config_check.check_numbers import check_numbers
from cra_plugin.engine.config_check.find_class import find_class
from cra_plugin.errors import InputError
from cra_plugin.utils.nearest_name import nearest_name

# The registry of what a section describes, and all that is below it.
_SECTIONS: dict[str, Registry | None] = {
    'model': roots.MODELS, 'train_dataloader': None, 'val_dataloader': None,
    'test_dataloader': None, 'val_evaluator': roots.METRICS,
    'test_evaluator': roots.METRICS, 'default_hooks': roots.HOOKS,
    'custom_hooks': roots.HOOKS, 'optim_wrapper': roots.OPTIM_WRAPPERS,
    'param_scheduler': roots.PARAM_SCHEDULERS, 'train_cfg': roots.LOOPS,
    'val_cfg': roots.LOOPS, 'test_cfg': roots.LOOPS,
    'visualizer': roots.VISUALIZERS, 'log_processor': roots.LOG_PROCESSORS}
# Below a field of this name another one holds.
_FIELDS: dict[str, Registry | None] = {
    'clip_grad': None,
    'dataset': roots.DATASETS, 'pipeline': roots.TRANSFORMS,
    'sampler': roots.DATA_SAMPLERS, 'batch_sampler': roots.DATA_SAMPLERS,
    'collate_fn': roots.FUNCTIONS, 'optimizer': roots.OPTIMIZERS,
    'vis_backends': roots.VISBACKENDS, 'span_decoders': roots.TASK_UTILS,
    'gate': roots.TASK_UTILS}
# MMActionBackbone builds what it wraps in the scope of mmaction2.
_SCOPES = {'backbone': 'mmaction'}
# Fields that whoever builds an object reads, or gives to it.
_READ_BESIDE = {
    roots.HOOKS: ('priority', ),
    roots.OPTIM_WRAPPERS: ('paramwise_cfg', 'constructor'),
    roots.PARAM_SCHEDULERS: ('convert_to_iter_based', )}
# Its field, itself, the registry that builds it, and in which scope.
_Description = tuple[str, Mapping[str, Any], Registry, str]
# Descriptions without a type.
_PLAIN = {'features': FeatureStore, 'videos': VideoFolder}
_ENVIRONMENT = ('cudnn_benchmark', 'mp_cfg', 'dist_cfg', 'resource_limit')
_LOADER_MORE = ('type', 'num_batch_per_epoch', 'multiprocessing_context')


def check_config(config: Config) -> None:
    """Refuse what could not be built, or would be left aside in silence.

    Args:
        config (Config): A completed config.

    Raises:
        InputError: If a type is not registered, a field is not taken by its
            class, a value is of another kind, or the decoder of a metric is
            none of the model's. The nearest name is given.
    """
    check_numbers(config)
    for where, described, registry, scope in _descriptions(config):
        found = find_class(f'{where}.type', described['type'], registry,
                           scope)
        check_arguments(where, found, described,
                        _READ_BESIDE.get(registry, ()))
    for split in ('train', 'val', 'test'):
        loader = config.get(f'{split}_dataloader')
        if isinstance(loader, Mapping):
            check_arguments(f'{split}_dataloader', DataLoader, loader,
                            _LOADER_MORE)
    for where, name, value in _plain(config):
        check_arguments(f'{where}.{name}', _PLAIN[name], value)
    _check_plain_sections(config)
    _check_decoders(config)


def _descriptions(config: Config) -> Iterator[_Description]:
    """All dicts with a type, and what builds each."""
    scope = config.get('default_scope') or 'mmengine'
    for section, registry in _SECTIONS.items():
        yield from _below(section, config.get(section), registry, scope)


def _below(where: str, node: Any, registry: Registry | None,
           scope: str) -> Iterator[_Description]:
    """The same of one field; registry and scope hold for what is below it."""
    if isinstance(node, Mapping):
        # mmengine writes it where a config is inherited by name.
        scope = node.get('_scope_') or scope
        if registry is not None and 'type' in node:
            yield where, node, registry, scope
        for key, value in node.items():
            yield from _below(f'{where}.{key}', value,
                              _FIELDS.get(key, registry),
                              _SCOPES.get(key, scope))
    elif isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _below(f'{where}.{index}', value, registry, scope)


def _plain(config: Config) -> Iterator[tuple[str, str, Any]]:
    """Descriptions in data sets that have no type."""
    for split in ('train', 'val', 'test'):
        loader = config.get(f'{split}_dataloader') or {}
        place, dataset = f'{split}_dataloader.dataset', loader.get('dataset')
        while isinstance(dataset, Mapping):
            for name in _PLAIN:
                if isinstance(dataset.get(name), Mapping):
                    yield place, name, dataset[name]
            place, dataset = f'{place}.dataset', dataset.get('dataset')


def _check_plain_sections(config: Config) -> None:
    """Check the sections that describe no object."""
    check_arguments('randomness', Runner.set_randomness,
                    config.get('randomness') or {})
    clip = (config.get('optim_wrapper') or {}).get('clip_grad') or {}
    kind = clip.get('type', 'norm')
    clipping = {'norm': clip_grad_norm_, 'value': clip_grad_value_}.get(kind)
    if clipping is None:
        raise InputError('optim_wrapper.clip_grad.type', repr(kind),
                         'norm or value', 'set it to one of them')
    check_arguments('optim_wrapper.clip_grad', clipping, clip)
    for name in config.get('env_cfg') or {}:
        if name not in _ENVIRONMENT:
            near = nearest_name(name, _ENVIRONMENT)
            raise InputError(
                f'env_cfg.{name}', 'a field that mmengine does not read',
                f'one of {", ".join(_ENVIRONMENT)}',
                f'did you mean {near}?' if near else 'leave it out')


def _check_decoders(config: Config) -> None:
    """Refuse a main decoder that the model does not have."""
    decoders = (config.get('model') or {}).get('span_decoders')
    if not isinstance(decoders, Mapping):
        return
    for split in ('val', 'test'):
        metrics = config.get(f'{split}_evaluator') or []
        for metric in metrics if isinstance(metrics, list) else [metrics]:
            name = metric.get('decoder')
            if name is None:
                continue
            check_kind(f'{split}_evaluator.decoder', str, name)
            if name not in decoders:
                near = nearest_name(name, decoders)
                raise InputError(
                    f'{split}_evaluator.decoder', repr(name),
                    f'one of the decoders of the model: {", ".join(decoders)}',
                    f'did you mean {near}?' if near else
                    'name one of them')
