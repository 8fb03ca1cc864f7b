"""Weights of a language model, in any of the layouts they come in."""

from __future__ import annotations

import argparse
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import hf_hub_download
from safetensors.torch import load_file
from torch import Tensor, nn

from cra_plugin.compat.safe_checkpoints import (
    load_checkpoint_file,
    numpy_globals,
)
from cra_plugin.errors import InputError
from cra_plugin.models.language_models.trained_state import is_trained
from cra_plugin.pretrained.checkpoint_weights import is_plain_tensor
from cra_plugin.pretrained.hugging_face import load_pretrained
from cra_plugin.utils.first_few import first_few

WEIGHT_FILES = ('model.safetensors', 'pytorch_model.bin')
# Theirs: ours. The first is FrozenBiLM's and the hub's, the next two what
# transformers made of the hub's.
_RENAMED = (
    (r'^lm_predictions\.lm_head\.', 'head.'),
    (r'^cls\.predictions\.transform\.', 'head.'),
    (r'^cls\.predictions\.(?=bias$)', 'head.'),
    (r'^(?=embeddings\.|encoder\.)', 'deberta.'),
    (r'\.output\.adapter\.', '.output.dense.'),
    (r'^answer_embeddings\.weight$', 'answer_embeddings'),
)


@dataclass(frozen=True)
class LoadReport:
    """What became of the weights of files.

    Attributes:
        used (tuple[str, ...]): Ours that were read.
        missing (tuple[str, ...]): Ours that no file had; they are drawn.
        unused (tuple[str, ...]): Theirs that have no place.
    """

    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (f'{len(self.used)} weights read; not in it and drawn anew: '
                f'{_places(self.missing)}; in it and not used: '
                f'{_places(self.unused)}')


def load_language_model(model: nn.Module, name: str | None,
                        pretrained: str | None) -> LoadReport:
    """Read weights into a language model, and log what became of them.

    Args:
        model (nn.Module): A :class:`FrozenBiLM`.
        name (str, optional): Hugging Face name or folder.
        pretrained (str, optional): A file that goes before it.

    Returns:
        LoadReport: All of the model's are missing where both are None.

    Raises:
        InputError: If a file cannot be read, a weight has another shape, or
            one that is not trained is in no file.
    """
    own = dict(model.named_parameters())
    found: dict[str, Tensor] = {}
    unused: list[str] = []
    where = ' and '.join(map(str, filter(None, (pretrained, name))))
    if pretrained is not None:
        found = read_weights(Path(pretrained).expanduser())
    if name is not None and any(
            key not in found for key in own if _needed(key)):
        file = load_pretrained(_WeightFile, name, 'FrozenBiLM.name')
        found = read_weights(Path(file)) | found
    for key in [each for each in found if each not in own]:
        unused.append(key)
        del found[key]
    _check_shapes(found, own, where)
    _check_places(unused, where)
    report = LoadReport(tuple(found), tuple(
        key for key in own if key not in found), tuple(unused))
    lost = [key for key in report.missing if _needed(key)]
    if where and lost:
        raise InputError(
            where, f'no {first_few(lost)}', 'all weights of the language '
            'model that are not trained', 'use a whole checkpoint, or name '
            'the base model in model.language_model.name')
    with torch.no_grad():
        for key, value in found.items():
            own[key].copy_(value)
    if where:
        logging.getLogger('cra_plugin').info('%s: %s', where, report)
    return report


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a file of weights, under our names.

    Args:
        path (Path): A ``.safetensors`` file, or one of :func:`torch.save`
            with a state dict, or with one as ``model`` or ``state_dict``.

    Returns:
        dict[str, Tensor]: Our name to weight, or theirs where it has none.

    Raises:
        InputError: If it cannot be read safely.
    """
    content: Any
    if path.suffix == '.safetensors' and path.is_file():
        content = load_file(path)
    else:
        content = load_checkpoint_file(
            str(path), 'cpu', [*numpy_globals(), argparse.Namespace])
    for key in ('model', 'state_dict'):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
            break
    if not isinstance(content, dict) or not all(
            map(is_plain_tensor, content.values())):
        raise InputError(path, f'a {type(content).__name__} of other things '
                         'than weights', 'a state dict, or one as "model"',
                         'use a checkpoint of FrozenBiLM')
    broken = [name for name, value in content.items()
              if rename(name).startswith(('deberta.', 'head.'))
              and not name.endswith('.position_ids')
              and not (value.is_floating_point() and value.isfinite().all())]
    if broken:
        raise InputError(path, f'NaN, infinity or whole numbers in '
                         f'{first_few(broken)}', 'finite weights',
                         'use a checkpoint that has not diverged')
    return {rename(name): value for name, value in content.items()}


def rename(name: str) -> str:
    """Give our name of a weight in FrozenBiLM's or the hub's layout."""
    name = name.removeprefix('module.').removeprefix('language_model.')
    for pattern, ours in _RENAMED:
        name = re.sub(pattern, ours, name)
    return name


def _needed(name: str) -> bool:
    """Whether a weight is neither trained nor made of words."""
    return not is_trained(name) and not name.startswith('answer_')


def _check_shapes(found: dict[str, Tensor], own: dict[str, Any],
                  where: str) -> None:
    """Refuse other shapes; answers of another task are left out."""
    for key in [each for each in found if each.startswith('answer_')]:
        if found[key].shape != own[key].shape:
            del found[key]
    wrong = [f'{key} of shape {tuple(value.shape)} instead of '
             f'{tuple(own[key].shape)}' for key, value in found.items()
             if value.shape != own[key].shape]
    if wrong:
        raise InputError(where, first_few(wrong, separator='; '),
                         'weights of the architecture that is configured',
                         'set model.language_model.name, config, feature_dim '
                         'and adapter_factor as they were')


def _check_places(unused: Iterable[str], where: str) -> None:
    """Refuse a file with more layers or parts than the architecture."""
    left = [key for key in unused if key.startswith('deberta.')
            and not key.endswith('.position_ids')]
    if left:
        raise InputError(
            where, f'{_places(left)}, which the architecture has not',
            'weights of the architecture that is configured',
            'set model.language_model.name or config as they were')


def _places(names: Iterable[str]) -> str:
    """Shorten many names: layers by a star."""
    places = dict.fromkeys(re.sub(r'\.\d+\.', '.*.', each) for each in names)
    return first_few(list(places), 6) if places else 'none'


class _WeightFile:
    """Finds the file of the weights as transformers would."""

    @staticmethod
    def from_pretrained(name: str, local_files_only: bool,
                        trust_remote_code: bool) -> str:
        """Give its path; raise where there is none."""
        error: Exception = FileNotFoundError(
            f'neither {" nor ".join(WEIGHT_FILES)}')
        for file in WEIGHT_FILES:
            if (Path(name) / file).is_file():
                return str(Path(name) / file)
        if Path(name).is_dir():
            raise error
        for file in WEIGHT_FILES:
            try:
                return hf_hub_download(
                    name, file, local_files_only=local_files_only)
            except Exception as raised:  # any of the hub's errors
                error = raised
        raise error
