"""Convert a checkpoint of the released code to one of ours."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from torch import Tensor

from cra_plugin.apis.config import read_config
from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.conversion.frozen_bilm_names import (
    is_base,
    language_model_config,
    split_base,
)
from cra_plugin.conversion.pairing import Pairing, convert, pair
from cra_plugin.conversion.reference_checkpoint import (
    model_sizes,
    read_reference_weights,
    text_encoder_config,
)
from cra_plugin.conversion.reference_names import HEADS, ReferenceNames
from cra_plugin.errors import InputError, check_choice
from cra_plugin.models.language_models.architecture import read_architecture
from cra_plugin.models.language_models.trained_state import KEY as FINGERPRINT
from cra_plugin.registry import MODELS
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.first_few import first_few
from cra_plugin.utils.own_files import refuse_foreign
from cra_plugin.version import __version__

GROUNDERS = ('cra_plugin.VideoQuestionGrounder',
             'cra_plugin.FrozenBiLMGrounder')


@dataclass(frozen=True)
class ConversionReport:
    """What became of the parameters of a released checkpoint.

    Attributes:
        used (tuple[str, ...]): Released names that went into the model.
        unused (tuple[str, ...]): Those that the released code has and the
            model of the config has no place for.
        unexpected (tuple[str, ...]): Those that the released code does not
            have either.
        dictionaries (dict[str, tuple[int, ...]]): The confounder
            dictionaries that were carried over, and their shapes.
    """

    used: tuple[str, ...]
    unused: tuple[str, ...]
    unexpected: tuple[str, ...]
    dictionaries: dict[str, tuple[int, ...]]


def convert_checkpoint(
        source: str | Path,
        target: str | Path,
        config: str | Path,
        options: dict[str, Any] | None = None,
        overwrite: bool = False) -> ConversionReport:
    """Convert a checkpoint of the released CRA.

    The config says which model the parameters are for. Where it names a
    pre-trained text encoder this is not loaded: its sizes are taken from the
    checkpoint. NG and NG+ have other parts than their authors' code, so only
    models with a ``GSGHead`` or a ``PostHocHead`` can be converted.

    Args:
        source (str | Path): The released checkpoint, see
            :func:`read_reference_weights`.
        target (str | Path): The checkpoint to write, for ``tools/test.py``
            and for ``load_from`` of ``tools/train.py``; ``--resume`` starts
            with its epoch 0. It appears when it is complete.
        config (str | Path): The config file.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        overwrite (bool): Replace what was not converted. Defaults to False.

    Returns:
        ConversionReport: What became of each parameter.

    Raises:
        InputError: If the checkpoint is unreadable, or a parameter of the
            model is missing or has another shape in it; names them; or
            something else would be replaced.
    """
    if Path(target).exists() and Path(target).samefile(source):
        raise InputError(target, 'the released checkpoint itself',
                         'another file to write', 'name another output')
    refuse_foreign(target, _is_converted, overwrite)
    model = _model_config(read_config(config, options))
    weights = read_reference_weights(source)
    names = ReferenceNames(model.grounding_head.type,
                           model.type == GROUNDERS[1])
    parameters = _parameters(model, weights)
    pairing = pair(weights, parameters, names)
    if not pairing.fits:
        fitting = _fitting_options(model, weights, names)
        raise _refusal(pairing, source, config, fitting)
    state = convert(weights, parameters, pairing)
    if model.type == GROUNDERS[1]:
        state = split_base(state)
    _write(target, state, source)
    return ConversionReport(
        used=tuple(name for each in pairing.sources.values()
                   for name in each),
        unused=tuple(pairing.unused),
        unexpected=tuple(pairing.unexpected),
        dictionaries={
            name: tuple(value.shape)
            for name, value in state.items()
            if name.endswith('dictionary.centers')
        })


def _is_converted(path: Path) -> bool:
    """Whether a file is one that was converted."""
    checkpoint = load_checkpoint_file(str(path), 'cpu')
    meta = checkpoint.get('meta') if isinstance(checkpoint, dict) else None
    return isinstance(meta, dict) and 'converted_from' in meta


def _model_config(config: Config) -> Any:
    """The config of the model, if it is one that can be converted to."""
    model = config.get('model') or Config()
    check_choice('model.type', model.get('type'), GROUNDERS)
    head = model.get('grounding_head') or Config(dict(type=None))
    heads = tuple(HEADS)[:1 if model.type == GROUNDERS[1] else None]
    check_choice('model.grounding_head.type', head.type, heads)
    sigma = head.get('sigma', 'positive')
    if head.type == 'cra_plugin.GSGHead' and sigma != 'free':
        raise InputError(
            'model.grounding_head.sigma', repr(sigma),
            "'free': the released sigma is the parameter itself",
            'set --cfg-options model.grounding_head.sigma=free')
    return model


def _parameters(model: Any, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state dict of the model, without values and without downloads."""
    model = Config(dict(model=model)).model
    if model.type == GROUNDERS[1]:
        _describe_language_model(model.language_model, weights)
    elif model.text_encoder.get('name') is not None:
        model.text_encoder.name = None
        model.text_encoder.config = text_encoder_config(weights)
    causal = model.get('causal_intervention') or {}
    for door in filter(None, map(causal.get, ('front_door', 'back_door'))):
        door.dictionary = None
    with torch.device('meta'):
        state: dict[str, Tensor] = MODELS.build(model).state_dict()
    # A released checkpoint may hold what was trained alone.
    whole = 'deberta.embeddings.word_embeddings.weight' in weights
    return {name: value for name, value in state.items()
            if not name.endswith(FINGERPRINT)
            and (whole or not is_base(name))}


def _describe_language_model(part: Any, weights: dict[str, Tensor]) -> None:
    """Give a language model shapes, and nothing to read."""
    if part.get('name') is not None:
        part.config = language_model_config(weights) or read_architecture(
            part.name, None, 0.0).to_dict()
    part.update(name=None, pretrained=None, tokenizer=None)
    part.setdefault('mask_token_id', 0)


def _fitting_options(model: Any, weights: dict[str, Tensor],
                     names: ReferenceNames) -> dict[str, int]:
    """The sizes with which the config would fit; none if none would."""
    changed = Config(dict(model=model))
    options = {}
    for name, size in model_sizes(weights).items():
        *parents, field = name.split('.')
        part = changed.model
        for parent in parents:
            part = part.get(parent) or {}
        current = part.get(field)
        if field == 'feedforward_dim' and current is None:
            current = changed.model.d_model
        if part and current != size:
            part[field] = options[f'model.{name}'] = size
    try:
        fits = pair(weights, _parameters(changed.model, weights), names).fits
    except (InputError, RuntimeError, ValueError):
        return {}
    return options if fits else {}


def _refusal(pairing: Pairing, source: str | Path, config: str | Path,
             fitting: dict[str, int]) -> InputError:
    """Say by name what does not fit."""
    expected = f'all parameters of the model of {config}'
    fix = 'use the checkpoint of the model that the config describes'
    if fitting:
        fix = 'set --cfg-options ' + ' '.join(
            f'{name}={size}' for name, size in fitting.items())
    if pairing.unnamed:
        return InputError(
            config, 'parameters that the released code does not have: '
            f'{first_few(pairing.unnamed)}', 'a model of the released code',
            fix)
    if pairing.missing:
        return InputError(source, f'no {first_few(pairing.missing)}', expected,
                          fix)
    shapes = [
        f'{name} of shape {found} instead of {wanted}'
        for name, (found, wanted) in pairing.misshapen.items()
    ]
    return InputError(source, first_few(shapes, separator='; '), expected, fix)


def _write(target: str | Path, state: dict[str, Tensor],
           source: str | Path) -> None:
    """Write what mmengine loads, and resumes before its first epoch."""
    content = {
        'meta': {
            'epoch': 0,
            'iter': 0,
            'converted_from': Path(source).name,
            'cra_plugin_version': __version__
        },
        'state_dict': state,
        'message_hub': {
            'log_scalars': {},
            'runtime_info': {},
            'resumed_keys': {}
        }
    }
    with atomic_path(target) as temporary:
        # On a full disk torch raises what does not say so.
        buffer = io.BytesIO()
        torch.save(content, buffer)
        temporary.write_bytes(buffer.getbuffer())
