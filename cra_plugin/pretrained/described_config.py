"""Configurations of transformers from fields, none of which is ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cra_plugin.errors import InputError
from cra_plugin.utils.error_text import first_line
from cra_plugin.utils.nearest_name import nearest_name

# Models read some fields that their configurations do not list; names so
# similar to a listed one are misspelled all the same.
LIKELY = 0.85


def build_described(build: Callable[[], Any], field: str) -> Any:
    """Build a configuration, or a model of one, or say what is wrong.

    Args:
        build (Callable): What transformers does.
        field (str): The configuration field at fault.

    Returns:
        Any: What it gives.

    Raises:
        InputError: If transformers refuses it.
    """
    try:
        return build()
    except InputError:
        raise
    except Exception as error:  # transformers raises many kinds
        raise InputError(
            field, f'what transformers refuses ({first_line(error)[:200]})',
            'an architecture that it can build', 'correct its fields'
        ) from None


def check_described(found: Any, fields: Mapping[str, Any],
                    field: str) -> None:
    """Refuse misspelled fields, which transformers keeps and does not read.

    Args:
        found (PretrainedConfig): What was made of the fields.
        fields (Mapping[str, Any]): The fields.
        field (str): The configuration field that describes them.

    Raises:
        InputError: If one is nearly one of its class.
    """
    try:
        default = type(found)()
    except Exception:  # some need others to be given
        return
    for name in fields:
        near = None if hasattr(default, name) else nearest_name(
            name, list(vars(default)), LIKELY)
        if near is not None:
            raise InputError(
                f'{field}.{name}', 'an unknown field',
                f'one of a {found.model_type}', f'did you mean {near}?')
