"""What becomes of results: how they are gathered, saved and watched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config

from cra_plugin.engine.config_check.sections import unknown_choice
from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.grounded_qa_metric import GroundedQAMetric
from cra_plugin.evaluation.metrics import METRIC_NAMES

# How types of hooks end, ours or mmengine's, and their field of a metric.
_WATCHING = {'CheckpointHook': 'save_best', 'EarlyStoppingHook': 'monitor'}
_DEVICES = ('cpu', 'gpu', 'npu')


def metrics_of(config: Config, split: str) -> list[Any]:
    """List the metrics of a split.

    Args:
        config (Config): A config.
        split (str): ``'val'`` or ``'test'``.

    Returns:
        list[Any]: Their descriptions.
    """
    metrics = config.get(f'{split}_evaluator') or []
    return list(metrics) if isinstance(metrics, (list, tuple)) else [metrics]


def result_faults(config: Config) -> Iterator[InputError]:
    """Find metrics that none computes, and places that cannot be written.

    Args:
        config (Config): A config whose sections are of the right kinds.

    Yields:
        InputError: For each fault.
    """
    for split in ('val', 'test'):
        for metric in metrics_of(config, split):
            if isinstance(metric, Mapping) and 'collect_device' in metric:
                yield from unknown_choice(f'{split}_evaluator.collect_device',
                                          metric['collect_device'], _DEVICES)
    hooks = config.get('default_hooks') or {}
    saving = hooks.get('checkpoint')
    if isinstance(saving, Mapping):
        yield from _template_faults(saving.get('filename_tmpl'))
    metrics = metrics_of(config, 'val')
    if not metrics or any(
            each.get('type') != f'cra_plugin.{GroundedQAMetric.__name__}'
            or each.get('prefix') for each in metrics):
        return
    places = {f'default_hooks.{name}': hook for name, hook in hooks.items()}
    places |= {f'custom_hooks.{index}': hook for index, hook in enumerate(
        config.get('custom_hooks') or ())}
    for place, hook in places.items():
        kind = hook.get('type') if isinstance(hook, Mapping) else None
        for ending, field in _WATCHING.items():
            if str(kind).endswith(ending):
                yield from _metric_faults(f'{place}.{field}', hook.get(field))


def _metric_faults(where: str, names: Any) -> Iterator[InputError]:
    """Names of metrics, of which a decoder's prefix may stand before."""
    for name in [names] if isinstance(names, str) else names or ():
        if name != 'auto' and name.rpartition('/')[2] not in METRIC_NAMES:
            yield from unknown_choice(where, name, METRIC_NAMES)


def _template_faults(template: Any) -> Iterator[InputError]:
    """A name of checkpoints that is the same for each, or none."""
    if not isinstance(template, str):
        return
    try:
        good = template.format(1) != template.format(2)
    except (ValueError, LookupError, AttributeError):
        good = False
    if not good:
        yield InputError('default_hooks.checkpoint.filename_tmpl',
                         describe(template), 'a name with one {} for the '
                         'epoch', 'write it as epoch_{}.pth')
