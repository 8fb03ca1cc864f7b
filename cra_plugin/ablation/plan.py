"""What an ablation consists of: variants, seeds, test sets, and the runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cra_plugin.errors import InputError, check_choice

BASE = 'base'
CHECKPOINTS = ('best', 'last')
SPLITS = ('val', 'test')
# What names folders and files everywhere, and needs no quotes in a shell.
_NAME = re.compile(r'[A-Za-z0-9_][\w.,=+@-]{0,99}', re.ASCII)
_LARGEST_SEED = 2**32 - 1

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Variant:
    """A method to compare.

    Attributes:
        name (str): What the table and the folders call it.
        options (Options): Dotted fields of the config and their values.
        config (str, optional): Another config file than the plan's. Defaults
            to None.
    """

    name: str
    options: Options = field(default_factory=dict)
    config: str | None = None


@dataclass(frozen=True)
class TestSet:
    """What each trained model is tested on.

    Attributes:
        name (str): What the table calls it.
        options (Options): Options of the test alone.
        split (str): As for :func:`cra_plugin.apis.test.test`. Defaults to
            'test'.
        digest (str): Of all settings of the test, known once the config has
            been read. Defaults to ''.
    """

    name: str
    options: Options = field(default_factory=dict)
    split: str = 'test'
    digest: str = ''


@dataclass(frozen=True)
class Run:
    """One training and its tests.

    Attributes:
        variant (str): Name of the variant.
        seed (int): Seed of the training.
        config (str): The config file.
        options (Options): All options of the training.
        tests (tuple[TestSet, ...]): What it is tested on.
        checkpoint (str): ``'best'`` or ``'last'``.
    """

    variant: str
    seed: int
    config: str
    options: Options
    tests: tuple[TestSet, ...]
    checkpoint: str = 'best'

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return f'{self.variant}_seed{self.seed}'

    def __str__(self) -> str:
        return f'{self.variant}, seed {self.seed}'

    def to_json(self) -> dict[str, Any]:
        """Give what :meth:`from_json` takes.

        Returns:
            dict[str, Any]: Field to value.
        """
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Run:
        """Read a run of a file.

        Args:
            fields (Mapping[str, Any]): What :meth:`to_json` gave.

        Returns:
            Run: The run.
        """
        tests = tuple(TestSet(**each) for each in fields['tests'])
        return cls(**{**fields, 'tests': tests})


@dataclass(frozen=True)
class Plan:
    """An ablation.

    Attributes:
        config (str): The base config.
        variants (tuple[Variant, ...]): The methods, the base among them.
        options (Options): Options of all runs. Defaults to none.
        seeds (tuple[int, ...]): Defaults to (1, 2, 3).
        tests (tuple[TestSet, ...]): Defaults to the config's test split.
        base (str): The variant that the others are compared with. Defaults
            to ``BASE``.
        checkpoint (str): Which one is tested, ``'best'`` on val or
            ``'last'``. Defaults to 'best'.

    Raises:
        InputError: If a name or a seed is there twice or cannot be, or the
            base is no variant.
    """

    config: str
    variants: tuple[Variant, ...]
    options: Options = field(default_factory=dict)
    seeds: tuple[int, ...] = (1, 2, 3)
    tests: tuple[TestSet, ...] = (TestSet('test'), )
    base: str = BASE
    checkpoint: str = 'best'

    def __post_init__(self) -> None:
        _check_names('variants', [each.name for each in self.variants])
        _check_names('tests', [each.name for each in self.tests])
        check_choice('checkpoint', self.checkpoint, CHECKPOINTS)
        for test in self.tests:
            check_choice(f'tests.{test.name}.split', test.split, SPLITS)
        names = [each.name for each in self.variants]
        if self.base not in names:
            raise InputError('base', repr(self.base),
                             f'one of the variants {", ".join(names)}',
                             'name one of them')
        if not self.seeds or len(set(self.seeds)) < len(self.seeds) or any(
                type(seed) is not int or not 0 <= seed <= _LARGEST_SEED
                for seed in self.seeds):
            raise InputError('seeds', repr(list(self.seeds)), 'different '
                             'whole numbers, 0 or more', 'such as 1 2 3')

    def runs(self) -> list[Run]:
        """List the runs, all variants of a seed before the next seed.

        Returns:
            list[Run]: In the order in which they are run.
        """
        return [
            Run(variant.name, seed, variant.config or self.config,
                _join(self.options, variant.options), self.tests,
                self.checkpoint)
            for seed in self.seeds for variant in self.variants
        ]


def _join(shared: Options, own: Options) -> dict[str, Any]:
    """Leave out of what is shared what is in a section switched off."""
    off = tuple(f'{name}.' for name, value in own.items()
                if value is None or value == 'None')
    kept = {name: value for name, value in shared.items()
            if not (off and name.startswith(off))}
    return {**kept, **own}


def _check_names(where: str, names: list[str]) -> None:
    """Refuse names that make no folder, or the same one on some system."""
    if not names:
        raise InputError(where, 'none', 'one or more', 'name one')
    seen: set[str] = set()
    for name in names:
        if not _NAME.fullmatch(name):
            raise InputError(
                where, f'the name {name!r}', 'a name of letters, digits and '
                '_ . , = + @ - that begins with a letter or digit',
                'rename it')
        if name.lower() in seen:
            raise InputError(where, f'the name {name} twice',
                             'a name for each', 'rename one of the two')
        seen.add(name.lower())
