"""What a completed config says of the logs and figures that a run leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmengine.config import Config

LOCAL_BACKEND = 'mmengine.LocalVisBackend'
METRIC = 'cra_plugin.GroundedQAMetric'


def keep_local_scalars(config: Config) -> None:
    """Keep the local files of scalars beside TensorBoard and the like.

    Args:
        config (Config): The mmengine config, changed in place where
            ``visualizer.vis_backends`` has others, but not the local one.
    """
    visualizer = config.get('visualizer') or {}
    backends = visualizer.get('vis_backends')
    if not isinstance(backends, list):
        return
    types = [str(each.get('type')) for each in backends
             if isinstance(each, Mapping)]
    if types and not any(name.endswith('LocalVisBackend') for name in types):
        visualizer['vis_backends'] = [dict(type=LOCAL_BACKEND), *backends]


def order_decoders(config: Config) -> None:
    """Show the decoders in the order in which the config has them.

    Args:
        config (Config): The mmengine config, changed in place.
    """
    decoders = (config.get('model') or {}).get('span_decoders')
    for split in ('val', 'test'):
        for metric in reporting_metrics(config, split):
            if decoders and metric.get('type') == METRIC:
                metric.setdefault('decoder_order', list(decoders))


def reporting_metrics(config: Config, split: str) -> list[dict[str, Any]]:
    """Find what writes the files of a split: its only metric, or ours.

    Args:
        config (Config): The mmengine config.
        split (str): ``'val'`` or ``'test'``.

    Returns:
        list[dict[str, Any]]: Its configs, as they stand in the config.
    """
    metrics = config.get(f'{split}_evaluator') or []
    if not isinstance(metrics, list):
        return [metrics]
    return [metric for metric in metrics if metric.get('type') == METRIC]
