"""``NAME=KEY=VALUE`` on the command line of ``ablate``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cra_plugin.ablation.plan_fields import level_name
from cra_plugin.cli.config_options_action import FIELD
from cra_plugin.engine.option_text import OptionText
from cra_plugin.errors import InputError

Named = dict[str, dict[str, Any]]


def read_named_options(option: str, words: Sequence[str]) -> Named:
    """Collect named options; those of one name belong together.

    Args:
        option (str): Such as ``'--vary'``, for messages.
        words (Sequence[str]): ``NAME=KEY=VALUE`` each, or ``NAME`` alone.

    Returns:
        Named: Name to field to value.

    Raises:
        InputError: If a word is none.

    Examples:
        >>> read_named_options('--vary', ['gate=model.gate=dot', 'plain'])
        {'gate': {'model.gate': 'dot'}, 'plain': {}}
    """
    named: Named = {}
    for word in words:
        name, sign, rest = word.partition('=')
        options = named.setdefault(name.strip(), {})
        if sign:
            field, text = _split(option, word, rest)
            options[field] = text
    return named


def read_axes(words: Sequence[str]) -> dict[str, Named]:
    """Collect the axes of a grid; a word is a level of its axis.

    Args:
        words (Sequence[str]): ``AXIS=KEY=VALUE`` each.

    Returns:
        dict[str, Named]: Axis to level, called by its value, to field to
        value.

    Raises:
        InputError: If a word is none.

    Examples:
        >>> read_axes(['lr=optimizer.lr=1e-3', 'lr=optimizer.lr=1e-4'])['lr']
        {'1e-3': {'optimizer.lr': '1e-3'}, '1e-4': {'optimizer.lr': '1e-4'}}
    """
    axes: dict[str, Named] = {}
    for word in words:
        axis, _, rest = word.partition('=')
        field, text = _split('--grid', word, rest)
        levels = axes.setdefault(axis.strip(), {})
        levels.setdefault(level_name(text), {})[field] = text
    return axes


def _split(option: str, word: str, rest: str) -> tuple[str, OptionText]:
    """Split what follows a name."""
    field, sign, text = rest.partition('=')
    if not sign or not FIELD.fullmatch(field.strip()):
        raise InputError(
            f'{option} {word}', 'no NAME=KEY=VALUE', 'a name, a field of the '
            'config and its value', 'such as '
            'gate=model.grounding_head.gate=dot')
    return field.strip(), OptionText(text)
