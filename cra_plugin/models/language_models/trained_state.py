"""Checkpoints that hold what was trained, and a fingerprint of the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from cra_plugin.errors import InputError

KEY = 'base_fingerprint'
# Adapters, the projection of the frames and all norms.
TRAINED = ('LayerNorm', 'linear_video', '.dense.down.', '.dense.up.')


def is_trained(name: str) -> bool:
    """Whether a parameter of the language model is trained."""
    return any(part in name for part in TRAINED)


def freeze_base(model: nn.Module) -> None:
    """Freeze all parameters of a language model that are not trained.

    Args:
        model (nn.Module): The language model.
    """
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(is_trained(name))


def keep_trained_state(model: Any, stores_base: bool) -> None:
    """Keep what is frozen out of a module's state dict.

    A fingerprint of it stands in its place, which is checked when weights
    are loaded; all zeros fit any base.

    Args:
        model (Any): A module with frozen parameters.
        stores_base (bool): Store them all the same, as where no file has
            them.
    """
    model.register_buffer(KEY, torch.zeros(32, dtype=torch.uint8))
    model.frozen_names = () if stores_base else tuple(
        name for name, parameter in model.named_parameters()
        if not parameter.requires_grad)
    model.fingerprint = None
    if model.frozen_names:
        model.register_state_dict_post_hook(_drop_frozen)
        model.register_load_state_dict_pre_hook(_check_base)
        model.register_load_state_dict_post_hook(_forgive_missing)


def hash_base(weights: Mapping[str, Tensor]) -> Tensor:
    """Hash frozen parameters.

    Args:
        weights (Mapping[str, Tensor]): Name to parameter.

    Returns:
        Tensor: (32,) uint8 on the CPU; zeros, which fit anything, where
        there are none or they have no values.
    """
    digest = hashlib.sha256()
    for name, value in sorted(weights.items()):
        if value.is_meta:
            return torch.zeros(32, dtype=torch.uint8)
        digest.update(f'{name} {list(value.shape)}'.encode())
        flat: Any = value.detach().float().cpu().contiguous().view(-1)
        digest.update(flat.view(torch.uint8).numpy())
    found = list(digest.digest()) if weights else [0] * 32
    return torch.tensor(found, dtype=torch.uint8, device='cpu')


def base_fingerprint(model: Any) -> Tensor:
    """Hash the frozen parameters of a module, once.

    Args:
        model (Any): A module of :func:`keep_trained_state`.

    Returns:
        Tensor: (32,) uint8 on the CPU, see :func:`hash_base`.
    """
    if model.fingerprint is None:
        model.fingerprint = hash_base({
            name: model.get_parameter(name) for name in model.frozen_names})
    found: Tensor = model.fingerprint
    return found


def _drop_frozen(module: Any, state_dict: dict[str, Any], prefix: str,
                 _: Any) -> None:
    """Leave the frozen parameters out and write the fingerprint."""
    for name in module.frozen_names:
        state_dict.pop(prefix + name, None)
    written = state_dict.get(prefix + KEY)
    if written is not None and not written.is_meta:
        state_dict[prefix + KEY] = base_fingerprint(module).to(written.device)


def _check_base(module: Any, state_dict: dict[str, Any], prefix: str,
                *_: Any) -> None:
    """Refuse weights that were trained on another base."""
    # What is missing is told without the prefix.
    module.frozen_prefix = prefix
    if any(prefix + name in state_dict for name in module.frozen_names):
        module.fingerprint = None
        return
    found = state_dict.get(prefix + KEY)
    if found is None or not found.any():
        state_dict[prefix + KEY] = torch.zeros(32, dtype=torch.uint8)
        return
    here = base_fingerprint(module)
    if here.any() and not torch.equal(found.cpu(), here):
        raise InputError(
            'the checkpoint', 'weights trained on another base model '
            f'(fingerprint {_short(found)})',
            f'weights trained on the one that is loaded ({_short(here)})',
            'set model.language_model.name, pretrained and answer_words as '
            'they were')


def _forgive_missing(module: Any, incompatible: Any) -> None:
    """Frozen parameters are meant to be missing."""
    meant = {module.frozen_prefix + name for name in module.frozen_names}
    incompatible.missing_keys[:] = [
        key for key in incompatible.missing_keys if key not in meant]


def _short(fingerprint: Tensor) -> str:
    """The first digits of a fingerprint."""
    return bytes(fingerprint.tolist()).hex()[:12]
