"""One tower of an open_clip model, with random or pretrained weights."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import open_clip
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.pretrained.hugging_face import no_questions, refuse_code
from cra_plugin.pretrained.open_clip_config import read_open_clip_config
from cra_plugin.pretrained.open_clip_weights import (
    HUB,
    IMAGE_SETTINGS,
    LOCAL,
    check_architecture,
    find_open_clip_weights,
    hub_folder,
    load_open_clip,
)
from cra_plugin.utils.error_text import one_line

Tower = Literal['visual', 'text']


def build_tower(model: str, pretrained: str | None, tower: Tower) -> Any:
    """Build a tower with random weights.

    Args:
        model (str): As for :func:`find_open_clip_weights`.
        pretrained (str, optional): The weights it is to hold later; a tag
            decides the activation and how images are normalized.
        tower (str): ``'visual'`` or ``'text'``.

    Returns:
        nn.Module: The tower; that of images has ``image_size`` and
        ``preprocess_cfg``.

    Raises:
        InputError: If there is no such model or folder, or it needs code of
            its own.
    """
    model = local_model(model)
    settings: dict[str, Any] = {} if model.startswith(LOCAL) else (
        open_clip.get_pretrained_cfg(model, pretrained or ''))
    read_open_clip_config(model)
    try:
        # open_clip warns of random weights, which are asked for here.
        with no_questions(), _without_warnings():
            return getattr(open_clip.create_model(
                model,
                load_weights=False,
                force_quick_gelu=settings.get('quick_gelu', False),
                force_preprocess_cfg={
                    key: settings[key]
                    for key in IMAGE_SETTINGS if key in settings},
                force_custom_text=True,
                pretrained_text=False), tower)
    except (OSError, ValueError, RuntimeError) as error:
        refuse_code(error, 'open_clip model', model)
        raise InputError(
            model, f'no usable model ({one_line(error)})',
            'a folder of open_clip_config.json and weights',
            'fetch it again, or name another model') from None


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Leave warnings out of all logs meanwhile."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def load_tower(module: nn.Module, model: str, pretrained: str,
               tower: Tower) -> None:
    """Load pretrained weights into a tower.

    Args:
        module (nn.Module): What :func:`build_tower` built; changed in place.
        model (str): As for :func:`find_open_clip_weights`.
        pretrained (str): As for :func:`find_open_clip_weights`.
        tower (str): ``'visual'`` or ``'text'``.

    Raises:
        InputError: If the weights cannot be had, or are another model's.
    """
    clip: Any = load_open_clip(find_open_clip_weights(model, pretrained))
    module.load_state_dict(getattr(clip, tower).state_dict())


def local_model(model: str) -> str:
    """Give the name by which open_clip builds a model without a network.

    Args:
        model (str): As for :func:`find_open_clip_weights`.

    Returns:
        str: An architecture, or ``local-dir:`` and a folder.

    Raises:
        InputError: If there is no such architecture.
    """
    if model.startswith(HUB):
        return LOCAL + hub_folder(model)
    if not model.startswith(LOCAL):
        model = model.replace('/', '-')
        check_architecture(model)
    return model
