"""What runs, in a line for each side of it."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import torch
from mmengine.device import get_device
from mmengine.dist import get_world_size
from mmengine.runner import EpochBasedTrainLoop, Runner
from torch.utils.data import DataLoader

from cra_plugin.compat.versions import installed_version
from cra_plugin.datasets.dataset_questions import dataset_videos
from cra_plugin.utils.counted import counted
from cra_plugin.version import __version__

PACKAGES = ('torch', 'mmengine', 'mmaction2', 'transformers')


def describe_software() -> str:
    """Versions, device and number of processes."""
    versions = [f'{name} {installed_version(name)}' for name in PACKAGES]
    device = get_device()
    if device == 'cuda':
        device = torch.cuda.get_device_name()
    number = get_world_size()
    return (f'cra_plugin {__version__}, {", ".join(versions)}, Python '
            f'{platform.python_version()}; {number} '
            f'process{"es" if number > 1 else ""} on {device}')


def describe_data(split: str, loader: DataLoader[Any]) -> str:
    """Questions, videos and batches of a split.

    Args:
        split (str): Its name.
        loader (DataLoader): What it is read by.

    Returns:
        str: One line.
    """
    dataset: Any = loader.dataset
    videos = dataset_videos(dataset)
    # A dataset of another kind has samples of its own.
    content = (f'{counted(len(videos), "question")} on '
               f'{counted(len(set(videos)), "video")}'
               if videos else counted(len(dataset), 'sample'))
    place = getattr(dataset, 'ann_file', '') or type(dataset).__name__
    each = ' per process' if get_world_size() > 1 else ''
    size = f' of {loader.batch_size}{each}' if loader.batch_size else ''
    return f'{split}: {content}, {len(loader)} batches{size} ({place})'


def describe_model(runner: Runner) -> str:
    """Size of the model, and how much of it is trained.

    Args:
        runner (Runner): The runner.

    Returns:
        str: One line.
    """
    parameters = list(runner.model.parameters())
    total = sum(each.numel() for each in parameters)
    trained = sum(each.numel() for each in parameters if each.requires_grad)
    return (f'model: {runner.model_name}, {total:,} parameters, {trained:,} '
            'of them trainable')


def describe_schedule(runner: Runner) -> str:
    """How long the training takes.

    Args:
        runner (Runner): The runner of the training.

    Returns:
        str: One line.
    """
    loop = runner.train_loop
    by_epoch = isinstance(loop, EpochBasedTrainLoop)
    length = f'{loop.max_epochs} epochs, ' if by_epoch else ''
    begun = f', {loop.iter} of them done' if loop.iter else ''
    return (f'schedule: {length}{loop.max_iters} iterations{begun}; seed '
            f'{runner.seed}')


def describe_place(runner: Runner) -> str:
    """Where the run leaves its files.

    Args:
        runner (Runner): The runner.

    Returns:
        str: One line.
    """
    log = Path(runner.log_dir, f'{runner.timestamp}.log')
    return f'work dir: {runner.work_dir}; full log: {log}'
