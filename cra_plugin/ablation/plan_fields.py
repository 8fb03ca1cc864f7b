"""From the fields of a plan file, or of a command line, to a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from cra_plugin.ablation.plan import BASE, Plan, TestSet, Variant
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.nearest_name import nearest_name

FIELDS = ('config', 'options', 'variants', 'grid', 'base', 'seeds', 'tests',
          'checkpoint')


def read_plan(fields: Mapping[str, Any], where: str) -> Plan:
    """Make a plan of its fields.

    Args:
        fields (Mapping[str, Any]): ``config`` (str), ``options`` (field to
            value), ``variants`` (name to options, among which ``config``
            names another config file), ``grid`` (axis to level to options:
            each combination is a variant), ``base`` (str), ``seeds`` (list of
            int), ``tests`` (name to options of the test, among which
            ``split`` is ``'val'`` or ``'test'``) and ``checkpoint``. Without
            ``base`` the first variant is ``base``, the config as it is.
        where (str): Where they stand, for messages.

    Returns:
        Plan: The plan.

    Raises:
        InputError: If a field is unknown, of another kind or missing.
    """
    _check_fields(fields, where)
    if not isinstance(fields.get('config'), str):
        raise InputError(f'{where}, config', describe(fields.get('config')),
                         'the path of the base config', 'set it')
    variants = [_variant(name, options, where) for name, options in
                _mapping(fields, 'variants', where).items()]
    variants += _combine(_mapping(fields, 'grid', where), where)
    if 'base' not in fields and all(each.name != BASE for each in variants):
        variants.insert(0, Variant(BASE))
    tests = [_test_set(name, options, where) for name, options in
             _mapping(fields, 'tests', where).items()]
    rest: dict[str, Any] = {name: fields[name]
                            for name in ('base', 'checkpoint')
                            if name in fields}
    if tests:
        rest['tests'] = tuple(tests)
    if 'seeds' in fields:
        rest['seeds'] = _seeds(fields['seeds'], where)
    return Plan(fields['config'], tuple(variants),
                dict(_mapping(fields, 'options', where)), **rest)


def _check_fields(fields: Mapping[str, Any], where: str) -> None:
    """Refuse a field that a plan does not have."""
    for name in fields:
        if name not in FIELDS:
            near = nearest_name(str(name), FIELDS)
            raise InputError(
                where, f'the field {name!r}', f'of {", ".join(FIELDS)}',
                f'did you mean {near}?' if near else 'leave it out')


def _mapping(fields: Mapping[str, Any], name: str,
             where: str) -> Mapping[str, Any]:
    """A field that is a mapping; an empty one may be left blank."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(f'{where}, {name}', describe(value),
                         'a name or field and what belongs to it, per entry',
                         'write NAME: {FIELD: VALUE}')
    return {str(key): each for key, each in value.items()}


def _variant(name: str, options: Any, where: str) -> Variant:
    """A variant of its options."""
    own = dict(_mapping({name: options}, name, f'{where}, variants'))
    config = own.pop('config', None)
    return Variant(name, own, None if config is None else str(config))


def _test_set(name: str, options: Any, where: str) -> TestSet:
    """A test set of its options."""
    own = dict(_mapping({name: options}, name, f'{where}, tests'))
    return TestSet(name, split=str(own.pop('split', 'test')), options=own)


def _combine(grid: Mapping[str, Any], where: str) -> list[Variant]:
    """A variant for each combination of a level of every axis."""
    axes = {axis: _mapping(grid, axis, f'{where}, grid') for axis in grid}
    if not axes:
        return []
    variants = []
    for levels in product(*axes.values()):
        options: dict[str, Any] = {}
        for axis, level in zip(axes, levels):
            options |= _mapping(axes[axis], level, f'{where}, grid.{axis}')
        name = ','.join(f'{axis}={level_name(level)}'
                        for axis, level in zip(axes, levels))
        variants.append(_variant(name, options, where))
    return variants


def level_name(value: str) -> str:
    """Name a level of an axis so that a folder can be called that.

    Args:
        value (str): Its value, such as ``'[1, 2]'``.

    Returns:
        str: With ``_`` in place of all that names of folders lack.
    """
    return re.sub(r'[^\w.+-]+', '_', value, flags=re.ASCII).strip('_') or '_'


def _seeds(value: Any, where: str) -> tuple[int, ...]:
    """Seeds as a tuple; the plan checks each."""
    if not isinstance(value, (list, tuple)):
        raise InputError(f'{where}, seeds', describe(value),
                         'a list of whole numbers', 'such as [1, 2, 3]')
    return tuple(value)
