"""The sections of a config: what each must be, and what belongs together."""

from __future__ import annotations

import inspect
import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from mmengine import registry as roots
from mmengine.config import Config
from mmengine.dist import init_dist
from mmengine.registry import Registry
from mmengine.runner import Runner
from mmengine.utils.dl_utils import set_multi_processing
from torch.distributed import init_process_group

from cra_plugin.engine.config_check.arguments import (
    argument_faults,
    kind_faults,
)
from cra_plugin.engine.launcher_variables import VARIABLES
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import list_names, nearest_name

_DESCRIBED = (
    'model', 'train_dataloader', 'val_dataloader', 'test_dataloader',
    'train_cfg', 'val_cfg', 'test_cfg', 'optim_wrapper', 'default_hooks',
    'env_cfg', 'log_processor', 'visualizer', 'randomness', 'auto_scale_lr',
    'model_wrapper_cfg', 'data_preprocessor')
_LISTED = ('custom_hooks', )
# One dict, or a list of them.
_METRICS = ('val_evaluator', 'test_evaluator')
_KINDS: dict[str, Any] = {
    'resume': bool, 'load_from': str | None, 'work_dir': str | None,
    'experiment_name': str | None, 'find_unused_parameters': bool,
    'sync_bn': str | None, 'compile': bool | dict}
# Those of a loop: mmengine takes all of them, or none.
_TOGETHER = (
    ('train_dataloader', 'train_cfg', 'optim_wrapper'),
    ('val_dataloader', 'val_cfg', 'val_evaluator'),
    ('test_dataloader', 'test_cfg', 'test_evaluator'))
_ENVIRONMENT = ('cudnn_benchmark', 'mp_cfg', 'dist_cfg', 'resource_limit')
# Beside the arguments of mmengine's and torch's functions.
_LAUNCHING = ('port', )
_BACKENDS = ('nccl', 'gloo', 'mpi', 'cncl', 'hccl', 'mccl', 'ucc', 'xccl')
_LEVELS = ('DEBUG', 'INFO', 'WARNING', 'WARN', 'ERROR', 'CRITICAL', 'FATAL',
           'NOTSET')
_SCALING = ('enable', 'base_batch_size')
# mmengine goes on with a None there.
_NEEDED = {'model': 'leave the option out', 'env_cfg': 'leave it out',
           'randomness': 'set randomness.seed=None',
           # It takes its own hooks then, and none of ours.
           'default_hooks': 'to leave one out, set default_hooks.NAME=None'}


def kind_of_sections(config: Config) -> Iterator[InputError]:
    """Find sections that are not even of the kind that they should be.

    Args:
        config (Config): A config.

    Yields:
        InputError: For each.
    """
    for name in _DESCRIBED:
        value = config.get(name)
        if value is not None and not isinstance(value, Mapping):
            yield InputError(name, describe(value), 'a dict',
                             'set its fields, or leave it out')
    for name in _LISTED:
        value = config.get(name)
        if value is not None and not isinstance(value, (list, tuple)):
            yield InputError(name, describe(value), 'a list of dicts',
                             'write it in a config file that inherits this')
    for name in (*_LISTED, *_METRICS):
        yield from _item_faults(name, config.get(name))
    for name, hint in _KINDS.items():
        if name in config:
            yield from kind_faults(name, hint, config[name])
    backends = (config.get('visualizer') or {}).get('vis_backends') if (
        isinstance(config.get('visualizer'), Mapping)) else None
    if backends is not None and not isinstance(backends, (list, tuple)):
        yield InputError('visualizer.vis_backends', describe(backends),
                         'a list of dicts with a type', 'leave it out')
    yield from _item_faults('visualizer.vis_backends', backends)
    scope = config.get('default_scope')
    # mmengine imports the package of a scope when it first looks there.
    if scope is not None and (not isinstance(scope, str) or not scope or (
            find_spec(scope.partition('.')[0]) is None)):
        yield from unknown_choice('default_scope', scope, _scopes())
    for name, fix in _NEEDED.items():
        if name in config and config[name] is None:
            yield InputError(name, 'None', 'a dict', fix)


def _item_faults(name: str, value: Any) -> Iterator[InputError]:
    """What describes no object, in the place of one or in a list."""
    if isinstance(value, (list, tuple)):
        for index, each in enumerate(value):
            if isinstance(each, (str, int, float, list, type(None))):
                yield InputError(f'{name}.{index}', describe(each),
                                 'a dict with a type', 'leave it out')
    elif name in _METRICS and isinstance(value, (str, int, float)):
        yield InputError(name, describe(value), 'a dict with a type, or a '
                         'list of them', f'set {name}.type')


def section_faults(config: Config) -> Iterator[InputError]:
    """Find what is wrong in the sections that describe no object.

    Args:
        config (Config): A config whose sections are of the right kinds.

    Yields:
        InputError: For each fault.
    """
    yield from _loop_faults(config)
    yield from _environment_faults(config.get('env_cfg') or {})
    yield from argument_faults('randomness', Runner.set_randomness,
                               config.get('randomness') or {})
    yield from _seed_faults(config)
    scaling = config.get('auto_scale_lr') or {}
    yield from unknown_names('auto_scale_lr', scaling, _SCALING)
    yield from kind_faults('auto_scale_lr.enable', bool,
                           scaling.get('enable', False))
    launcher = config.get('launcher', 'none')
    yield from unknown_choice('launcher', launcher, ('none', *VARIABLES))
    level = config.get('log_level')
    if isinstance(level, str):
        yield from unknown_choice('log_level', level, _LEVELS)


def unknown_names(where: str, given: Any,
                  known: Iterable[str]) -> Iterator[InputError]:
    """Find fields that nothing reads.

    Args:
        where (str): The section.
        given (Any): What is there: a dict.
        known (Iterable[str]): Those that are read.

    Yields:
        InputError: For each other one, with the nearest.
    """
    if not isinstance(given, Mapping):
        yield InputError(where, describe(given), 'a dict',
                         'set its fields, or leave it out')
        return
    for name in given:
        if name not in known:
            near = nearest_name(name, known)
            yield InputError(
                f'{where}.{name}', 'a field that nothing reads',
                f'one of {list_names(known)}',
                f'did you mean {near}?' if near else 'leave it out')


def unknown_choice(where: str, value: Any,
                   known: Iterable[str]) -> Iterator[InputError]:
    """Find a value that is none of the allowed ones.

    Args:
        where (str): The field.
        value (Any): Its value.
        known (Iterable[str]): Those that are allowed.

    Yields:
        InputError: If it is none of them, with the nearest.
    """
    if value not in known:
        near = nearest_name(str(value), known)
        yield InputError(where, describe(value), f'one of {list_names(known)}',
                         f'did you mean {near}?' if near else
                         'name one of them')


def _loop_faults(config: Config) -> Iterator[InputError]:
    """A loop that is described by halves."""
    for names in _TOGETHER:
        absent = [name for name in names if config.get(name) is None]
        there = [name for name in names if name not in absent]
        if absent and there:
            unset = ' '.join(f'{name}=None' for name in there)
            yield InputError(
                ', '.join(absent), f'None, while {" and ".join(there)} '
                f'{"is" if len(there) == 1 else "are"} set',
                f'all of {", ".join(names)}, or none of them',
                f'to leave that loop out, set --cfg-options {unset} too')
        elif not absent and names[-1] in _METRICS and not config[names[-1]]:
            unset = ' '.join(f'{name}=None' for name in names)
            yield InputError(
                names[-1], describe(config[names[-1]]), 'a metric: nothing '
                'would be computed', 'leave the option out, or the whole '
                f'loop by --cfg-options {unset}')


def _environment_faults(environment: Mapping[str, Any]
                        ) -> Iterator[InputError]:
    """What mmengine would not read, or not understand."""
    yield from unknown_names('env_cfg', environment, _ENVIRONMENT)
    for name, hint in (('cudnn_benchmark', bool), ('resource_limit', int),
                       ('mp_cfg', dict), ('dist_cfg', dict)):
        if name in environment:
            yield from kind_faults(f'env_cfg.{name}', hint, environment[name])
    workers = environment.get('mp_cfg')
    if isinstance(workers, Mapping):
        yield from argument_faults('env_cfg.mp_cfg', set_multi_processing,
                                   workers)
        if 'mp_start_method' in workers:
            yield from unknown_choice(
                'env_cfg.mp_cfg.mp_start_method', workers['mp_start_method'],
                multiprocessing.get_all_start_methods())
    launching = environment.get('dist_cfg')
    if isinstance(launching, Mapping):
        known = {*inspect.signature(init_dist).parameters,
                 *inspect.signature(init_process_group).parameters,
                 *_LAUNCHING} - {'launcher', 'kwargs'}
        yield from unknown_names('env_cfg.dist_cfg', launching, sorted(
            name for name in known if name[0] != '_'))
        if 'backend' in launching:
            yield from unknown_choice('env_cfg.dist_cfg.backend',
                                      launching['backend'], _BACKENDS)


def _seed_faults(config: Config) -> Iterator[InputError]:
    """A seed that no generator takes."""
    seed = (config.get('randomness') or {}).get('seed')
    if seed is not None and (type(seed) is not int or not 0 <= seed < 2**32):
        yield InputError('randomness.seed', describe(seed),
                         f'a whole number from 0 to {2**32 - 1}, or None',
                         'set it to one')


def _scopes() -> list[str]:
    """The scopes of all packages that are imported, and mmaction2's."""
    found, waiting = {'mmengine', 'mmaction'}, list(vars(roots).values())
    while waiting:
        registry = waiting.pop()
        if isinstance(registry, Registry):
            found |= registry.children.keys()
            waiting.extend(registry.children.values())
    return sorted(found)
