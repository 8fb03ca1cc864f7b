"""Writes the demo's table and picture into the pages that show them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

from cra_plugin.apis.demo import COLUMNS, DRAWN, SPLITS
from cra_plugin.errors import InputError
from cra_plugin.evaluation.priors import best_prior
from cra_plugin.evaluation.report_table import format_percent
from cra_plugin.utils.file_names import file_name
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.json_file import read_json_object
from cra_plugin.utils.machine import describe_machine
from cra_plugin.utils.text_file import read_text

PAGES = ('README.md', 'docs/benchmarks.md')
PICTURE = 'docs/images/grounded_answer.png'
BEGIN, END = '<!-- demo -->\n', '<!-- /demo -->\n'
LINE_WIDTH = 80

Reports = Mapping[str, Mapping[str, Mapping[str, Any]]]


def write_demo_pages(reports: Reports, picture: Path,
                     root: str | Path) -> list[Path]:
    """Replace what stands between the marks of the pages, and the picture.

    Args:
        reports (Reports): What :func:`cra_plugin.apis.demo.run_demo` gives.
        picture (Path): A timeline of the demo.
        root (str | Path): A checkout, with ``PAGES``.

    Returns:
        list[Path]: What was written.

    Raises:
        InputError: If a page, or a mark in it, is missing. Nothing has been
            written then.
    """
    table = render_demo_table(reports)
    pages = {Path(root, name): _replace(Path(root, name), table)
             for name in PAGES}
    for page, text in pages.items():
        with atomic_path(page) as temporary:
            temporary.write_text(text, encoding='utf-8')
    with atomic_path(Path(root, PICTURE)) as temporary:
        shutil.copyfile(picture, temporary)
    return [*pages, Path(root, PICTURE)]


def choose_picture(out: str | Path) -> Path:
    """Choose the first timeline whose question was answered rightly.

    Args:
        out (str | Path): Folder of the demo.

    Returns:
        Path: The picture; the first of all where no answer was right.
    """
    answers = read_json_object(Path(out, DRAWN.lower(), 'iid.json'))
    right = {f'{file_name(key)}.png' for key, entry in answers.items()
             if entry['prediction'] == entry['answer']}
    pictures = sorted(Path(out, 'timelines').glob('*.png'))
    return next((each for each in pictures if each.name in right),
                pictures[0])


def check_demo_pages(root: str | Path) -> None:
    """Refuse a folder whose pages cannot be written, before the work.

    Args:
        root (str | Path): As for :func:`write_demo_pages`.

    Raises:
        InputError: If a page, or a mark in it, is missing.
    """
    for name in PAGES:
        _replace(Path(root, name), '')


def render_demo_table(reports: Reports) -> str:
    """Write the demo's table as Markdown, and what it was measured on.

    Args:
        reports (Reports): As for :func:`write_demo_pages`.

    Returns:
        str: Methods by split, and the best prior, of the answers of any.
    """
    lines = [' | '.join(['| split', 'method', *COLUMNS]) + ' |',
             '|---' * (len(COLUMNS) + 2) + '|']
    for split in SPLITS:
        for method, by_split in reports.items():
            lines.append(_row(split, method, by_split[split]))
        name, prior = _best_prior(reports, split)
        lines.append(_row(split, f'best prior: {name}', prior))
    machine = fill(f'Measured on {describe_machine()}.', LINE_WIDTH)
    return '\n'.join([*lines, '', machine]) + '\n'


def _best_prior(reports: Reports,
                split: str) -> tuple[str, Mapping[str, Any]]:
    """The constant span that comes out best with the answers of a method."""
    found = []
    for by_split in reports.values():
        priors = by_split[split]['priors']
        name = best_prior(priors)[0]
        found.append((name, priors[name]))
    return max(found, key=lambda each: each[1]['Acc@GQA'])


def _row(split: str, name: str, metrics: Mapping[str, Any]) -> str:
    """One line of the table."""
    values = [format_percent(metrics[column]) for column in COLUMNS]
    return '| ' + ' | '.join([split, name, *values]).lstrip() + ' |'


def _replace(page: Path, content: str) -> str:
    """The text of a page with another content between its marks."""
    text = read_text(page, 'a page with the table of the demo',
                     'name the root of a checkout')
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(page, 'no table of the demo', 'the lines '
                         f'{BEGIN.strip()} and {END.strip()}',
                         'put them around the table')
    return f'{before}{begin}{content}{end}{after}'
