"""Check that numbers of settings keep to their ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from cra_plugin.errors import InputError, describe


def is_number(value: object) -> bool:
    """Whether a setting is a finite number, and neither True nor False."""
    return (isinstance(value, (int, float)) and not isinstance(value, bool)
            and math.isfinite(value))


def check_setting(settings: object, name: str, fine: bool,
                  expected: str) -> None:
    """Refuse a setting that is not fine.

    Args:
        settings (object): What has the setting; its class names it.
        name (str): The attribute.
        fine (bool): Whether it is.
        expected (str): What was expected.

    Raises:
        InputError: If it is not fine.
    """
    if not fine:
        raise InputError(f'{type(settings).__name__}.{name}',
                         describe(getattr(settings, name)), expected,
                         f'correct {name}')


def check_ranges(settings: Any,
                 lowest: Mapping[str, float],
                 highest: Mapping[str, float] | None = None) -> None:
    """Refuse settings that are not finite or leave their range.

    Args:
        settings (Any): A dataclass whose fields are all numbers.
        lowest (Mapping[str, float]): Field to its lowest value; the others
            may be 0 and above.
        highest (Mapping[str, float], optional): Field to its highest value;
            the others have no bound. Defaults to None: no field has.

    Raises:
        InputError: If a field is out of its range.
    """
    for name in (field.name for field in fields(settings)):
        value, low = getattr(settings, name), lowest.get(name, 0)
        high = (highest or {}).get(name, math.inf)
        # NaN is out of every range.
        if not low <= value <= high or math.isinf(value):
            end = 'up' if math.isinf(high) else f'to {high}'
            raise InputError(f'{type(settings).__name__}.{name}', repr(value),
                             f'a finite number from {low} {end}')
