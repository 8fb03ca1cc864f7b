"""``--cfg-options KEY=VALUE ...`` on the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any

from cra_plugin.engine.option_text import OptionText
from cra_plugin.errors import InputError

FIELD = re.compile(r'[^\W\d]\w*(\.\w+)*')


class ConfigOptionsAction(argparse.Action):
    """Collect options; their types are found when the config is read."""

    def __call__(self,
                 parser: argparse.ArgumentParser,
                 namespace: argparse.Namespace,
                 values: str | Sequence[Any] | None,
                 option_string: str | None = None) -> None:
        """Split each word at its first ``=``.

        Args:
            parser (ArgumentParser): Not used.
            namespace (Namespace): Gets a dict of dotted field to text.
            values (Sequence[str]): The words.
            option_string (str, optional): Not used. Defaults to None.

        Raises:
            InputError: If a word is no KEY=VALUE.
        """
        options = dict(getattr(namespace, self.dest) or {})
        words = [str(word) for word in values or ()]
        for place, word in enumerate(words):
            field, sign, text = word.partition('=')
            field = field.strip()
            if not sign or not FIELD.fullmatch(field):
                raise _no_option(words, place)
            options[field] = OptionText(text)
        setattr(namespace, self.dest, options)


def _no_option(words: Sequence[str], place: int) -> InputError:
    """Say what a word that is no option was perhaps meant to be."""
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else 'VALUE'
    meant = f'{word.rstrip(":")}={following}'
    if not FIELD.fullmatch(word.rstrip(':')) or '=' in following:
        meant = 'model.d_model=128'
        if place:
            meant = f'"{words[place - 1]} {word}", in quotes, if it belongs ' \
                'to the value before it'
    return InputError(f'--cfg-options {word}', 'no KEY=VALUE',
                      'words such as model.d_model=128', f'write {meant}')
