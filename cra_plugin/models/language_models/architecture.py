"""The architecture of a language model, from a name or from fields."""

from __future__ import annotations

from typing import Any

from transformers import AutoConfig, DebertaV2Config

from cra_plugin.errors import InputError
from cra_plugin.pretrained.described_config import (
    build_described,
    check_described,
)
from cra_plugin.pretrained.hugging_face import load_pretrained


def read_architecture(name: str | None, config: dict[str, Any] | None,
                      dropout: float) -> DebertaV2Config:
    """Read the architecture of a DeBERTa-v2.

    Args:
        name (str, optional): Hugging Face name or folder.
        config (dict, optional): Fields of the configuration.
        dropout (float): Dropout of states and attention.

    Returns:
        DebertaV2Config: The architecture.

    Raises:
        InputError: If neither or both are given, or it is none that can
            read frames, or has unknown fields.
    """
    if (name is None) == (config is None):
        raise InputError('FrozenBiLM', f'name={name!r} and config={config!r}',
                         'exactly one of the two', 'set one of them')
    if name is None:
        fields = dict(config or {})
        found: Any = build_described(lambda: DebertaV2Config(**fields),
                                     'FrozenBiLM.config')
        check_described(found, fields, 'FrozenBiLM.config')
    else:
        found = load_pretrained(AutoConfig, name, 'FrozenBiLM.name')
    field = 'FrozenBiLM.config' if name is None else 'FrozenBiLM.name'
    if not isinstance(found, DebertaV2Config):
        raise InputError(field, f'a {found.model_type}', 'a deberta-v2',
                         'use microsoft/deberta-v2-xlarge, or a smaller one')
    wanted = dict(position_biased_input=False, relative_attention=True,
                  type_vocab_size=0)
    for key, value in wanted.items():
        if getattr(found, key) != value:
            raise InputError(f'{field}: {key}', f'{getattr(found, key)}',
                             f'{value}, as in microsoft/deberta-v2-xlarge',
                             'use another architecture')
    if found.num_hidden_layers < 1:
        raise InputError(f'{field}.num_hidden_layers',
                         f'{found.num_hidden_layers}', 'at least 1')
    found.hidden_dropout_prob = dropout
    found.attention_probs_dropout_prob = dropout
    return found
