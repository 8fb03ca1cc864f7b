"""Results as one HTML file that needs no network and no other file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cra_plugin.evaluation.gaps import describe_gaps
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.evaluation.report_table import (
    describe_report,
    explain_stars,
    format_percent,
    report_sections,
)
from cra_plugin.version import __version__
from cra_plugin.visualization import palette
from cra_plugin.visualization.type_names import spell_out

PACKAGE, FOLDER = 'cra_plugin.visualization', 'templates'
# In the order in which they use each other.
SCRIPTS = ('elements.js', 'timeline.js', 'cards.js', 'selection.js',
           'page.js')
# What every page says of its origin, by which it is known again.
GENERATOR = 'cra_plugin report'


def render_report_page(title: str, report: Mapping[str, Any],
                       data: Mapping[str, Any]) -> str:
    """Write the page.

    Args:
        title (str): What was evaluated.
        report (Mapping[str, Any]): What
            :func:`~cra_plugin.evaluation.report.build_report` gives.
        data (Mapping[str, Any]): What
            :func:`~cra_plugin.visualization.report_data.build_report_data`
            gives.

    Returns:
        str: HTML, in which nothing of a file counts as markup.
    """
    style = _style()
    script = '\n'.join(map(_read, SCRIPTS))
    page: str = _environment().get_template('report.html.j2').render(
        title=title, generator=GENERATOR, version=__version__,
        style=style, style_hash=_digest(style),
        script=script, script_hash=_digest(script),
        metrics=METRIC_NAMES, sections=report_sections(report),
        summary=describe_report(report), stars=explain_stars(report),
        gaps=describe_gaps(report['not_computed']), data=data)
    return page


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The templates of this package; all that is put in is escaped."""
    environment = Environment(
        loader=PackageLoader(PACKAGE, FOLDER), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters['percent'] = format_percent
    environment.filters['spell_out'] = spell_out
    # Keys stay in their order, and shorter is faster.
    environment.policies['json.dumps_kwargs'] = {
        'separators': (',', ':'), 'allow_nan': False}
    return environment


def _read(name: str) -> str:
    """Read a file of the templates."""
    return (files(PACKAGE) / FOLDER / name).read_text(encoding='utf-8')


def _style() -> str:
    """The style sheet, with the colors of all pictures."""
    colors = {'ink': palette.INK, 'faint': palette.FAINT,
              'hairline': palette.HAIRLINE, 'right': palette.RIGHT,
              'wrong': palette.WRONG, 'weight': palette.WEIGHT_COLOR}
    colors |= {f'span-{index}': color
               for index, color in enumerate(palette.SPAN_COLORS)}
    lines = [f'--{name}: {color};' for name, color in colors.items()]
    return f':root {{ {" ".join(lines)} }}\n{_read("report.css")}'


def _digest(text: str) -> str:
    """By which the page allows this text to run, and no other."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
