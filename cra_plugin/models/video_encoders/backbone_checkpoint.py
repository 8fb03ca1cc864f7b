"""Weights of a backbone, from a checkpoint by path or URL."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlparse

import torch
from mmengine.dist import barrier, is_main_process
from mmengine.logging import print_log
from torch import nn

from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.errors import InputError
from cra_plugin.utils.first_few import first_few

FIELD = 'MMActionBackbone.checkpoint'


def load_backbone(backbone: nn.Module, source: str) -> None:
    """Load weights, and say which are missing or have no place.

    Args:
        backbone (nn.Module): Changed in place.
        source (str): Path or http(s) URL of a checkpoint: of a recognizer,
            whose weights are named ``backbone.*``, of a model of ours
            (``video_encoder.backbone.*``; the averaged weights where it has
            both), of anything else that holds the backbone, wrapped or not,
            or of the backbone alone. It is read without running any code it
            may carry.

    Raises:
        InputError: If it cannot be fetched or read, or does not fit.
    """
    expected = backbone.state_dict()
    state = _strip_prefix(_read_state(source), expected.keys())
    wrong = [
        f'{name} {tuple(state[name].shape)} instead of {tuple(value.shape)}'
        for name, value in expected.items()
        if name in state and state[name].shape != value.shape
    ]
    if wrong or not expected.keys() & state.keys():
        raise InputError(
            source, f'weights of other shapes ({first_few(wrong)})'
            if wrong else f'no weight of {type(backbone).__name__}',
            f'weights of the {type(backbone).__name__} that is configured',
            'set MMActionBackbone.backbone as in the training of the '
            f'checkpoint, or {FIELD} to another one')
    missing, unexpected = backbone.load_state_dict(state, strict=False)
    for what, names in (('missing, left at random', missing),
                        ('unexpected, left out', unexpected)):
        if names:
            print_log(
                f'{source}: {len(names)} weights {what}: {first_few(names)}',
                logger='current',
                level=logging.WARNING)


def _read_state(source: str) -> dict[str, torch.Tensor]:
    """The tensors of a checkpoint by their names."""
    checkpoint = load_checkpoint_file(_local_file(source), 'cpu')
    if isinstance(checkpoint, dict):
        checkpoint = checkpoint.get('state_dict', checkpoint)
    if not isinstance(checkpoint, dict):
        raise InputError(source, type(checkpoint).__name__,
                         'a dictionary of weights', 'use another checkpoint')
    return {name: value for name, value in checkpoint.items()
            if isinstance(name, str) and isinstance(value, torch.Tensor)}


def _strip_prefix(state: dict[str, torch.Tensor],
                  expected: Collection[str]) -> dict[str, torch.Tensor]:
    """Take the part whose names, behind one prefix, fit the backbone best.

    The rest, such as the head of a recognizer, is none of its business. Of
    several parts that fit alike, the one with the shortest prefix is taken.
    """
    found: Counter[str] = Counter()
    for name in state:
        start = 0
        while True:
            if name[start:] in expected:
                found[name[:start]] += 1
            start = name.find('.', start) + 1
            if not start:
                break
    if not found:
        return {}
    prefix = max(found, key=lambda each: (found[each], -len(each)))
    return {name.removeprefix(prefix): value
            for name, value in state.items() if name.startswith(prefix)}


def _local_file(source: str) -> str:
    """Fetch a URL once, to where torch.hub keeps checkpoints."""
    url = urlparse(source)
    if url.scheme not in ('http', 'https'):
        return source
    path = Path(torch.hub.get_dir(), 'checkpoints', Path(url.path).name)
    if is_main_process() and not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(source, str(path))
        except OSError as error:
            raise InputError(
                FIELD, f'{source}, which cannot be fetched ({error})',
                'a checkpoint that can be read',
                f'download it and set {FIELD} to its path') from error
    barrier()
    return str(path)
