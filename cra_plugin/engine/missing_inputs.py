"""Name all that a run reads and that is not there, at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import try_to_load_from_cache
from mmengine.config import Config

from cra_plugin.datasets.unwrap import unwrap_datasets
from cra_plugin.errors import InputError

OFFICIAL = ('copy it from the official annotations '
            '(docs/data_preparation.md, "Files of the data sets")')
# Field of a data set: how its file comes about.
_FILES = {
    'ann_file': OFFICIAL,
    'span_file': f'{OFFICIAL}, or set {{field}}=None to measure answers alone',
    'time_file': f'{OFFICIAL}, or set {{field}}=None',
    'paraphrase_file': f'{OFFICIAL}, or set {{field}}=None',
    'video_file': 'python tools/probe_videos.py --videos VIDEOS --ids '
    '{ann_file} --out {path}, or set {field}=None'}
# Fields of its features and videos: the same.
_PLACES = {
    'features.path': 'python tools/extract_features.py --videos VIDEOS --ids '
    '{ann_file} --model ViT-L-14 --pretrained openai --out {path}',
    'videos.path': 'put the videos there',
    'videos.frames': 'put the folders of frames there',
    'videos.fps': f'{OFFICIAL}, or set {{field}} to the frames per second',
    'videos.map_file': f'{OFFICIAL}, or set {{field}}=None where videos go '
    'by the ids of the annotations'}
_VISUAL = ('python tools/build_causal_features.py visual --features '
           'FEATURES.h5 --out {path}')
_DICTIONARIES = {
    'causal_intervention.front_door': _VISUAL,
    'debiasing.scene_reversal': _VISUAL,
    'causal_intervention.back_door':
    'python tools/build_causal_features.py language --annotations TRAIN.csv '
    '--out {path}'}
# Fields of a video encoder that hold its weights.
_WEIGHTS = ('checkpoint', 'pretrained')
_USES = {'train': 'train on', 'val': 'validate on', 'test': 'test on'}
# The name of a model on the hub, not the path of a folder.
_HUB_NAME = re.compile(r'[\w.-]+(/[\w.-]+)?')


@dataclass(frozen=True)
class MissingInput:
    """Something that is not there.

    Attributes:
        what (str): The file, folder or model.
        fix (str): The command that makes or fetches it.
    """

    what: str
    fix: str


def require_loop(config: Config, split: str) -> None:
    """Refuse to run a loop that a config does not have.

    Args:
        config (Config): A completed config.
        split (str): The loop: ``'train'``, ``'val'`` or ``'test'``.

    Raises:
        InputError: If its data loader is missing.
    """
    if not config.get(f'{split}_dataloader'):
        raise InputError(
            f'{split}_dataloader', 'none', f'the data to {_USES[split]}',
            'name a config that has it, such as those in configs/')


def require_inputs(config: Config, splits: Sequence[str],
                   checkpoint: str | None = None) -> None:
    """Refuse a run whose inputs are not all there, and name every one.

    A model that could be fetched from the hub, or a checkpoint, is named with
    the others; alone it is no reason to stop here.

    Args:
        config (Config): A completed config.
        splits (Sequence[str]): The loops that run, of ``'train'``, ``'val'``
            and ``'test'``.
        checkpoint (str, optional): What is tested. Defaults to None.

    Raises:
        InputError: If a file or folder is missing.
    """
    missing = [each for split in splits
               for each in _missing_of_split(config, split)]
    model = config.get('model') or {}
    missing += _missing_dictionaries(model)
    missing += _missing_weights(model, fetched=False)
    missing += _missing_initial('model', model)
    missing = list(dict.fromkeys(missing))
    if not missing:
        return
    missing += _missing_text_model(model)
    missing += _missing_weights(model, fetched=True)
    if checkpoint is not None and not _is_there(checkpoint):
        missing.append(MissingInput(
            checkpoint, 'name a checkpoint of a training'))
    lines = [f'{each.what}: {each.fix}' for each in missing]
    if len(lines) == 1:
        raise InputError(f'missing: {lines[0]}')
    raise InputError(
        f'missing, {len(lines)} in all, each with what makes it:',
        details=[f'  ({number}) {line}'
                 for number, line in enumerate(lines, 1)])


def _is_there(checkpoint: str) -> bool:
    """Whether a checkpoint is a file, or lies where none can be looked for."""
    return '://' in checkpoint or Path(checkpoint).exists()


def _missing_of_split(config: Config, split: str) -> Iterator[MissingInput]:
    """Files and folders of one data loader."""
    loader = config.get(f'{split}_dataloader')
    if not loader:
        return
    for dataset in unwrap_datasets(loader.dataset):
        root = Path(dataset.get('data_root') or '')
        ann_file = root / (dataset.get('ann_file') or '')
        fixes = {name: fix for name, fix in _FILES.items()
                 if isinstance(dataset.get(name), str) and dataset[name]}
        for name, fix in fixes.items():
            path = root / dataset[name]
            if not path.exists():
                yield MissingInput(str(path), fix.format(
                    field=f'{split}_dataloader.dataset.{name}', path=path,
                    ann_file=ann_file))
        for field, fix in _PLACES.items():
            section, _, name = field.partition('.')
            described = dataset.get(section)
            given = (described.get(name)
                     if isinstance(described, Mapping) else None)
            if isinstance(given, str) and not (root / given).exists():
                yield MissingInput(str(root / given), fix.format(
                    path=root / given, ann_file=ann_file,
                    field=f'{split}_dataloader.dataset.{field}'))


def _missing_dictionaries(model: Mapping[str, Any]) -> Iterator[MissingInput]:
    """Confounder dictionaries that are named."""
    for place, fix in _DICTIONARIES.items():
        section, _, part = place.partition('.')
        described = (model.get(section) or {}).get(part)
        path = (described.get('dictionary')
                if isinstance(described, Mapping) else None)
        if isinstance(path, str) and not Path(path).exists():
            yield MissingInput(path, fix.format(path=path))


def _missing_weights(model: Mapping[str, Any],
                     fetched: bool) -> Iterator[MissingInput]:
    """Weights of the video encoder: files, or those that can be fetched."""
    encoder = model.get('video_encoder') or {}
    for name in _WEIGHTS:
        field, source = f'model.video_encoder.{name}', encoder.get(name)
        if not isinstance(source, str) or Path(source).expanduser().exists():
            continue
        if '://' in source:
            file = source.rpartition('/')[2]
            cache = Path(os.environ.get('TORCH_HOME') or Path(
                os.environ.get('XDG_CACHE_HOME', '~/.cache')) / 'torch'
                ).expanduser() / 'hub' / 'checkpoints' / file
            if fetched and not cache.exists():
                yield MissingInput(
                    f'the weights {source}', 'fetched where there is a '
                    f'network; or put {file} into {cache.parent}, or set '
                    f'{field}=FILE')
        elif name == 'checkpoint' or '/' in source or Path(source).suffix:
            if not fetched:
                yield MissingInput(source, f'copy the weights there, or set '
                                   f'{field}=None to begin with random ones')
        elif fetched:
            yield MissingInput(
                f'the weights {source} of {encoder.get("model", "ViT-L-14")}, '
                "if they are not in open_clip's cache", 'fetched where there '
                f'is a network, or set {field}=FILE')


def _missing_initial(where: str, node: Any) -> Iterator[MissingInput]:
    """Files of weights that any part begins with, by ``init_cfg``."""
    if isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _missing_initial(f'{where}.{index}', value)
    elif isinstance(node, Mapping):
        file = node.get('checkpoint')
        if (str(node.get('type')).endswith('Pretrained')
                and isinstance(file, str) and '://' not in file
                and not Path(file).expanduser().exists()):
            yield MissingInput(file, 'copy the weights there, or correct '
                               f'{where}.checkpoint')
        for name, value in node.items():
            yield from _missing_initial(f'{where}.{name}', value)


def _missing_text_model(model: Mapping[str, Any]) -> Iterator[MissingInput]:
    """A text model that is neither a folder nor in the local cache."""
    for part in ('text_encoder', 'language_model'):
        described = model.get(part) or {}
        yield from _missing_hub_model(f'model.{part}', described.get('name'))
        file = described.get('pretrained')
        if part == 'language_model' and isinstance(file, str) and not (
                Path(file).expanduser().exists()):
            yield MissingInput(file, 'copy the weights there, or set '
                               f'model.{part}.pretrained=None')


def _missing_hub_model(field: str, name: object) -> Iterator[MissingInput]:
    """A model by its name, with what to do about it."""
    if not isinstance(name, str) or Path(name).expanduser().is_dir():
        return
    on_the_hub = _HUB_NAME.fullmatch(name)
    if on_the_hub and isinstance(
            try_to_load_from_cache(name, 'config.json'), str):
        return
    fetch = (f'hf download {name} where there is a network' if on_the_hub
             else 'put its folder there')
    make = ('' if 'language' in field else
            'python tools/make_text_model.py and ')
    yield MissingInput(f'the text model {name}',
                       f'{fetch}, or {make}{field}.name=FOLDER')
