"""What open_clip's configuration of a model says, and whether it is safe."""

from __future__ import annotations

from typing import Any

import open_clip
from transformers import AutoConfig

from cra_plugin.errors import InputError
from cra_plugin.pretrained.hugging_face import load_pretrained
from cra_plugin.utils.error_text import one_line


def read_open_clip_config(model: str) -> dict[str, Any]:
    """Read the configuration of a model, and refuse code in it.

    A text tower of transformers needs a configuration of the hub, which is
    fetched here: open_clip would hang offline, and ask at the keyboard
    whether to run the code of a model that has some.

    Args:
        model (str): Name of an architecture, or ``local-dir:`` and a folder.

    Returns:
        dict[str, Any]: The configuration, with ``text_cfg``.

    Raises:
        InputError: If there is none, the text tower cannot be had, or it
            needs code of its own.
    """
    try:
        config: dict[str, Any] = open_clip.get_model_config(model)
        text = config['text_cfg']
        trusted = text.get('tokenizer_kwargs', {}).get('trust_remote_code')
        name = text.get('hf_model_name')
    except (OSError, ValueError, LookupError, TypeError,
            AttributeError) as error:
        raise InputError(
            model, f'no usable open_clip_config.json ({one_line(error)})',
            'a folder that open_clip wrote',
            'copy the whole folder again') from None
    if trusted:
        raise InputError(
            model, 'trust_remote_code in its tokenizer_kwargs',
            'a tokenizer that needs no code of its own',
            'use another model')
    if name:
        load_pretrained(AutoConfig, name, f'hf_model_name of {model}')
    return config


def get_open_clip_tokenizer(model: str) -> Any:
    """Load the tokenizer of a model, without any code of its own.

    Args:
        model (str): As for :func:`read_open_clip_config`.

    Returns:
        Any: A tokenizer of open_clip.

    Raises:
        Exception: What open_clip and transformers raise; many kinds.
    """
    text = open_clip.get_model_config(model)['text_cfg']
    if text.get('hf_tokenizer_name'):
        return open_clip.get_tokenizer(model, trust_remote_code=False)
    return open_clip.get_tokenizer(model)
