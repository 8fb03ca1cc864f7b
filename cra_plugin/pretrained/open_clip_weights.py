"""open_clip's models and their weights, without hanging offline."""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import open_clip
import torch
from huggingface_hub import (
    HfApi,
    snapshot_download,
    try_to_load_from_cache,
)
from huggingface_hub.errors import LocalEntryNotFoundError
from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.pretrained.hugging_face import no_questions, refuse_code
from cra_plugin.pretrained.open_clip_config import read_open_clip_config
from cra_plugin.utils.error_text import one_line

_PROBE_SECONDS = 5.0
LOCAL, HUB = 'local-dir:', 'hf-hub:'
_QUICK = '-quickgelu'
IMAGE_SETTINGS = ('mean', 'std', 'interpolation', 'resize_mode')


@dataclass(frozen=True)
class OpenCLIPWeights:
    """What open_clip is asked to build.

    Attributes:
        model (str): Name of an architecture, or ``local-dir:`` and a folder.
        file (str, optional): Its weights; None for those in the folder.
        quick_gelu (bool): The weights were trained with QuickGELU.
        origin (str): Where they come from, as a name may say it: the
            architecture and the tag or name of the file, or the name of the
            folder or repository.
        image_settings (dict[str, Any]): How a tag wants images prepared;
            empty where open_clip finds that with the weights.
    """

    model: str
    file: str | None
    quick_gelu: bool
    origin: str
    image_settings: dict[str, Any] = field(default_factory=dict)


def find_open_clip_weights(model: str, pretrained: str) -> OpenCLIPWeights:
    """Find weights in a folder, a file, the local cache or on the hub.

    Args:
        model (str): Architecture of ``open_clip.list_models()``, or
            ``local-dir:`` and a folder of ``open_clip_config.json`` and
            weights, or ``hf-hub:`` and a repository.
        pretrained (str): Tag of open_clip or a file of weights (``.pt``,
            ``.safetensors``); not used with a folder or a repository, which
            have their own.

    Returns:
        OpenCLIPWeights: Where they are on this machine.

    Raises:
        InputError: If there is no such model, file or folder, or if they
            are not in the cache and the hub cannot be reached. One short
            request is made first, as open_clip tries for 46 seconds.
    """
    if model.startswith(HUB):
        return OpenCLIPWeights(LOCAL + hub_folder(model), None, False,
                               model.removeprefix(HUB))
    if model.startswith(LOCAL):
        folder = Path(model.removeprefix(LOCAL)).expanduser()
        return OpenCLIPWeights(f'{LOCAL}{folder}', None, False,
                               folder.resolve().name)
    model = model.replace('/', '-')
    check_architecture(model)
    if not open_clip.is_pretrained_cfg(model, pretrained):
        file = _existing_file(model, pretrained)
        return OpenCLIPWeights(model, str(file), False,
                               f'{model} {file.name}')
    settings = open_clip.get_pretrained_cfg(model, pretrained)
    # open_clip only warns of the other activation.
    return OpenCLIPWeights(
        model, _tag_file(model, pretrained),
        settings.get('quick_gelu', False), f'{model} {pretrained}',
        {key: settings[key] for key in IMAGE_SETTINGS if key in settings})


def load_open_clip(weights: OpenCLIPWeights) -> nn.Module:
    """Build a model and load its weights, as tensors only.

    Args:
        weights (OpenCLIPWeights): What :func:`find_open_clip_weights` found.

    Returns:
        nn.Module: The model in evaluation mode, with its towers in
        ``visual`` and ``text``.

    Raises:
        InputError: If the weights are unreadable or another architecture's,
            or the model needs code of its own.
    """
    read_open_clip_config(weights.model)
    try:
        with torch.random.fork_rng(devices=[]), no_questions():
            model: nn.Module = open_clip.create_model(
                weights.model,
                weights.file,
                force_quick_gelu=weights.quick_gelu,
                force_preprocess_cfg=weights.image_settings,
                # The text tower as a module of its own.
                force_custom_text=True,
                pretrained_text=False,
                require_pretrained=True,
                weights_only=True)
    except Exception as error:  # torch and open_clip raise many kinds
        refuse_code(error, 'open_clip model', weights.model)
        reason = one_line(error)
        other = 'loading state_dict' in reason or 'width changed' in reason
        raise InputError(
            weights.file or weights.model,
            ('weights of another architecture' if other else
             'no usable weights') + f' ({reason})',
            f'weights of {weights.model} as torch.save (tensors only) or '
            'safetensors writes them',
            'pass the architecture that goes with the weights'
            if other else 'fetch the weights again') from None
    return model.eval()


def check_architecture(model: str) -> None:
    """Refuse an unknown architecture, with a few names close to it.

    Args:
        model (str): A name, without ``/``.

    Raises:
        InputError: If open_clip has none of this name.
    """
    names = open_clip.list_models()
    if model in names:
        return
    lower = {name.lower(): name for name in names}
    close = difflib.get_close_matches(model.lower(), lower, 5, 0.5)
    raise InputError(
        'open_clip model', repr(model),
        "an architecture of open_clip, or 'local-dir:' and a folder",
        'use a name of open_clip.list_models()' +
        (', such as ' + ', '.join(lower[name] for name in close)
         if close else ''))


def _tag_file(model: str, tag: str) -> str:
    """Give the file of the weights that open_clip knows by a tag."""
    settings = open_clip.get_pretrained_cfg(model, tag)
    repository, name = os.path.split(settings['hf_hub'])
    # In the order in which open_clip takes them.
    names = ((str(Path(name).with_suffix('.safetensors')), name) if name else
             (HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME))
    for file in names:
        path = try_to_load_from_cache(repository, file)
        if isinstance(path, str):
            return path
    return _download(
        f'open_clip {model}', f'pretrained={tag!r}', repository,
        f'{repository} {names[0]}',
        lambda: open_clip.download_pretrained(settings))


def hub_folder(model: str) -> str:
    """Give the folder of the local cache that holds a hub's model.

    Args:
        model (str): ``hf-hub:`` and a repository.

    Returns:
        str: The folder, downloaded if need be.

    Raises:
        InputError: If it is neither there nor to be had.
    """
    repository = model.removeprefix(HUB)
    try:
        return snapshot_download(repository, local_files_only=True)
    except LocalEntryNotFoundError:
        return _download('open_clip', f'model {model!r}', repository,
                         repository, lambda: snapshot_download(repository))
    except ValueError as error:  # no name of a repository
        raise InputError('open_clip model', f'{model!r} ({one_line(error)})',
                         'hf-hub:OWNER/NAME', 'correct the name') from None


def _download(where: str, asked: str, repository: str, files: str,
              download: Callable[[], str]) -> str:
    """Download, if one short request to the hub is answered."""
    try:
        HfApi().model_info(repository, timeout=_PROBE_SECONDS)
        return download()
    except Exception as error:  # any of the hub's and its client's errors
        raise InputError(
            where, f'{asked}, and its weights neither in the local cache '
            f'nor at {repository} ({one_line(error)})',
            'weights in the cache of Hugging Face or a network',
            f'run `hf download {files}` where there is a network and take '
            'its cache along, or pass a file of weights') from None


def _existing_file(model: str, name: str) -> Path:
    """Give a file of weights; warn if they want another activation."""
    file = Path(name).expanduser()
    if not file.is_file():
        tags = ', '.join(open_clip.list_pretrained_tags_by_model(model))
        raise InputError(
            f'open_clip {model}', f'pretrained={name!r}',
            f'a file of weights or one of the tags: {tags or "it has none"}',
            'pass one of them')
    if _is_torchscript(file):
        raise _script_refusal(model, file)
    settings = open_clip.get_model_config(model) or {}
    # Nothing in a file tells the activation; its path may.
    if 'openai' in str(file).lower() and not settings.get('quick_gelu'):
        logging.getLogger('cra_plugin').warning(
            "warning: %s: OpenAI's weights need QuickGELU, which %s lacks: "
            'use %s-quickgelu', file, model, model)
    return file


def _is_torchscript(file: Path) -> bool:
    """Whether a file is an archive of TorchScript, as OpenAI's are."""
    try:
        with ZipFile(file) as archive:
            return any(name.count('/') == 1 and name.endswith('/constants.pkl')
                       for name in archive.namelist())
    except (OSError, BadZipFile):
        return False


def _script_refusal(model: str, file: Path) -> InputError:
    """Say where the same weights are without code."""
    base = model.removesuffix(_QUICK)
    known = open_clip.get_pretrained_cfg(base, 'openai').get('hf_hub', '')
    quick = base + _QUICK if base + _QUICK in open_clip.list_models() else base
    fix = 'save its state_dict() by itself: docs/data_preparation.md says how'
    if known:
        fix = (f'run `hf download {known.strip("/")} {HF_SAFE_WEIGHTS_NAME}` '
               'where there is a network, and pass --pretrained openai or '
               f'that file with --model {quick}; or {fix}')
    return InputError(file, 'a TorchScript archive, which holds code',
                      'weights alone, as torch.save or safetensors writes '
                      'them', fix)
