"""A walk over a config to all that it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mmengine import registry as roots
from mmengine.config import Config
from mmengine.registry import Registry

from cra_plugin.engine.config_check.model_changes import INITIAL
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import list_names, nearest_name

# The registry of what a section describes, and all that is below it.
_SECTIONS: dict[str, Registry | None] = {
    'model': roots.MODELS, 'train_dataloader': None, 'val_dataloader': None,
    'test_dataloader': None, 'val_evaluator': roots.METRICS,
    'test_evaluator': roots.METRICS, 'default_hooks': roots.HOOKS,
    'custom_hooks': roots.HOOKS, 'optim_wrapper': roots.OPTIM_WRAPPERS,
    'param_scheduler': roots.PARAM_SCHEDULERS, 'train_cfg': roots.LOOPS,
    'val_cfg': roots.LOOPS, 'test_cfg': roots.LOOPS,
    'model_wrapper_cfg': roots.MODEL_WRAPPERS,
    'data_preprocessor': roots.MODELS, 'visualizer': roots.VISUALIZERS,
    'log_processor': roots.LOG_PROCESSORS}
# Below a field of this name another one holds.
_FIELDS: dict[str, Registry | None] = {
    'clip_grad': None,
    'dataset': roots.DATASETS, 'pipeline': roots.TRANSFORMS,
    'sampler': roots.DATA_SAMPLERS, 'batch_sampler': roots.DATA_SAMPLERS,
    'collate_fn': roots.FUNCTIONS, 'worker_init_fn': roots.FUNCTIONS,
    'optimizer': roots.OPTIMIZERS,
    'vis_backends': roots.VISBACKENDS, 'span_decoders': roots.TASK_UTILS,
    'gate': roots.TASK_UTILS, INITIAL: roots.WEIGHT_INITIALIZERS}
# MMActionBackbone builds what it wraps in the scope of mmaction2.
_SCOPES = {'backbone': 'mmaction'}
# Objects by names of their own.
_NAMED = ('default_hooks', 'model.span_decoders')
# Its field, itself, the registry that builds it, and in which scope.
Description = tuple[str, Mapping[str, Any], Registry, str]


def find_descriptions(config: Config) -> Iterator[Description]:
    """Find all dicts with a type, and what builds each.

    Args:
        config (Config): A config.

    Yields:
        Description: One of them.
    """
    scope = config.get('default_scope') or 'mmengine'
    for section, registry in _SECTIONS.items():
        yield from _below(section, config.get(section), registry, scope)


def untyped_faults(config: Config) -> Iterator[InputError]:
    """Find what has a name of its own, and does not say what it is.

    Args:
        config (Config): A config.

    Yields:
        InputError: For each, with the nearest name that does.
    """
    for section in _NAMED:
        objects: Any = config
        for part in section.split('.'):
            objects = (objects or {}).get(part)
        described = objects if isinstance(objects, Mapping) else {}
        good = [name for name, each in described.items()
                if isinstance(each, Mapping) and 'type' in each]
        for name, each in described.items():
            if each is None or name in good or callable(each):
                continue
            near = nearest_name(name, good)
            yield InputError(
                f'{section}.{name}', f'{describe(each)}, which has no type',
                f'one of {list_names(good)}, or the description of another',
                f'did you mean {near}?' if near else
                f'set {section}.{name}.type too')
    schedules = config.get('param_scheduler') or []
    for index, each in enumerate(schedules if isinstance(
            schedules, (list, tuple)) else [schedules]):
        if not isinstance(each, Mapping) or 'type' not in each:
            yield InputError(
                f'param_scheduler.{index}', describe(each), 'a dict with '
                'the type of a schedule', 'such as type=CosineAnnealingLR')


def _below(where: str, node: Any, registry: Registry | None,
           scope: str) -> Iterator[Description]:
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
