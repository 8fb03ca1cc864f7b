"""Command-line options for the fields of a settings dataclass."""

from __future__ import annotations

import argparse
import inspect
import re
from dataclasses import MISSING, fields
from typing import Any, TypeVar

Settings = TypeVar('Settings')
ATTRIBUTE = re.compile(r'^    (\w+) \([^)]*\): (.*?)(?=^    \w+ \(|\Z|^\S)',
                       re.MULTILINE | re.DOTALL)


def add_overwrite_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--overwrite``.

    Args:
        parser (argparse.ArgumentParser): Changed in place.
    """
    parser.add_argument(
        '--overwrite', action='store_true', help='replace files that this '
        'tool did not write. Defaults to a refusal.')


def add_settings_arguments(parser: argparse.ArgumentParser,
                           settings_type: type) -> None:
    """Add one option per field; its help is the docstring's line on the field.

    Args:
        parser (ArgumentParser): The parser to extend.
        settings_type (type): A dataclass whose fields are numbers with
            defaults, described under ``Attributes:``.
    """
    described = dict(ATTRIBUTE.findall(inspect.getdoc(settings_type) or ''))
    group = parser.add_argument_group('settings')
    for field in fields(settings_type):
        assert field.default is not MISSING
        text = ' '.join(described.get(field.name, '').split())
        group.add_argument(
            '--' + field.name.replace('_', '-'),
            type=type(field.default),
            default=field.default,
            metavar='N' if isinstance(field.default, int) else 'X',
            help=text.replace('%', '%%'))


def read_settings(arguments: argparse.Namespace,
                  settings_type: type[Settings]) -> Settings:
    """Build the settings from parsed options.

    Args:
        arguments (Namespace): What the parser returned.
        settings_type (type): The dataclass given to
            :func:`add_settings_arguments`.

    Returns:
        Settings: The settings.

    Raises:
        InputError: If the dataclass refuses a value.
    """
    names: Any = fields(settings_type)  # type: ignore[arg-type]
    return settings_type(
        **{field.name: getattr(arguments, field.name)
           for field in names})
