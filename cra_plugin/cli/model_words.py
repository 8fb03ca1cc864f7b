"""Words that name the prediction files of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cra_plugin.errors import InputError

KINDS = ('answers', 'spans', 'attention')
SHAPE = '[NAME=]ANSWERS[+SPANS]'


def read_models(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read the models of a command line.

    A word is ``[NAME=]FILE[+FILE]``: the first file has answers, and spans
    where there is no second one, which has spans. ``spans:FILE``,
    ``attention:FILE`` and ``answers:FILE`` say otherwise.

    Args:
        words (Sequence[str]): One for each model.

    Returns:
        dict[str, dict[str, str]]: Name to kind to file. A model without a
        name is called as its first file.

    Raises:
        InputError: If two have one name, or a word has two files of a kind.
    """
    files = [_files(word) for word in words]
    stems = [Path(next(iter(each.values()))).stem for each in files]
    counts = Counter(stems)
    models: dict[str, dict[str, str]] = {}
    for word, each, stem in zip(words, files, stems):
        path = next(iter(each.values()))
        name = _split(word)[0] or (stem if counts[stem] == 1 else path)
        if name in models:
            raise InputError(f'the model {word}', f'another one that is '
                             f'called {name}', 'a name for each',
                             f'name it as in {SHAPE}')
        models[name] = each
    return models


def _split(word: str) -> tuple[str, str]:
    """The name of a model, '' where there is none, and its files."""
    name, sign, rest = word.partition('=')
    # A file may have the sign in its name.
    return (name, rest) if sign and not Path(word).exists() else ('', word)


def _files(word: str) -> dict[str, str]:
    """The files of a model by what is in them."""
    rest = _split(word)[1]
    parts = [rest] if Path(rest).exists() else rest.split('+')
    files: dict[str, str] = {}
    for part, usual in zip(parts, (*KINDS[:2], *[''] * len(parts))):
        kind, sign, path = part.partition(':')
        if not sign or kind not in KINDS:
            kind, path = usual, part
        if not kind or not path or kind in files:
            raise InputError(f'the model {word}', f'the file {part!r}',
                             SHAPE, 'give one file of answers and one of '
                             'spans, or of weights as attention:FILE')
        files[kind] = path
    return files
