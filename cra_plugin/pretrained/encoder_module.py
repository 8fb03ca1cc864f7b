"""What the encoders that run a torch module share."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import torch
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.utils.error_text import one_line


def checked_device(device: str) -> torch.device:
    """Refuse a device that is not there.

    Args:
        device (str): A device of torch, such as ``'cpu'`` or ``'cuda:0'``.

    Returns:
        torch.device: The device.

    Raises:
        InputError: If torch cannot use it.
    """
    try:
        return torch.empty(0, device=device).device
    except (RuntimeError, AssertionError) as error:
        raise InputError('device', f'{device!r} ({one_line(error)})',
                         'a device that torch can use here',
                         "use 'cpu'") from None


def module_digest(module: nn.Module, settings: Any) -> str:
    """Shorten what decides an encoder's vectors to a few characters.

    Args:
        module (nn.Module): The module, whose weights count.
        settings (Any): What else counts, as JSON can hold it.

    Returns:
        str: 12 hexadecimal digits.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for key, weights in sorted(module.state_dict().items()):
        digest.update(f'{key} {weights.dtype} {list(weights.shape)}'.encode())
        flat = weights.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy())
    return digest.hexdigest()[:12]


def tokenizer_settings(tokenizer: Any) -> Any:
    """Give what decides the tokens of a tokenizer of transformers.

    Args:
        tokenizer (Any): The tokenizer, before it is first used: a use
            changes its settings of padding and truncation.

    Returns:
        Any: Its vocabulary and, where it has a fast one, its rules.
    """
    if tokenizer.is_fast:
        return tokenizer.backend_tokenizer.to_str()
    return tokenizer.get_vocab()
