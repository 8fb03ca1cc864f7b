"""Keep an evaluation from replacing anything but earlier outputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cra_plugin.evaluation.comparison.differing_questions import (
    QUESTION_COLUMNS,
)
from cra_plugin.evaluation.prediction_dump import file_beside
from cra_plugin.utils.json_file import read_json_object
from cra_plugin.utils.output_place import regular_output
from cra_plugin.utils.own_files import refuse_foreign
from cra_plugin.utils.text_file import read_text

# Letters in which a page or picture says what it is.
_HEAD = 4096
# Which pictures are known by.
COMPARISON = b'cra_plugin forest plot'
ANALYSIS = b'cra_plugin error analysis'
PICTURES = ('faithfulness', 'span_shapes', 'breakdown', 'calibration',
            'probes')


def check_report_file(path: str | Path, overwrite: bool = False) -> None:
    """Refuse to replace what is no report, before anything is computed.

    Args:
        path (str | Path): Where a report is to be written.
        overwrite (bool): Replace whatever is there. Defaults to False.

    Raises:
        InputError: If there is a file of something else.
    """
    refuse_foreign(path, lambda file: 'num_questions' in read_json_object(
        file), overwrite)


def check_dump_files(path: str | Path, overwrite: bool = False) -> None:
    """Refuse to replace what no dump wrote.

    Spans and weights say nothing of their origin: they are known by the
    answers that they lie beside.

    Args:
        path (str | Path): Where answers are to be written; spans and
            weights go beside it.
        overwrite (bool): Replace whatever is there. Defaults to False.

    Raises:
        InputError: If there is a file of something else, or what is no
            regular file, beside which there is no place for the others.
    """
    path = Path(path)
    regular_output(path)
    refuse_foreign(path, _every(_is_answer), overwrite)
    for name, is_own in (('spans', _is_row), ('attention', _is_row),
                         ('candidates', _is_grounding)):
        refuse_foreign(file_beside(path, name),
                       _beside_answers(path, _every(is_own)), overwrite)


def check_page_file(path: str | Path, generator: str,
                    overwrite: bool = False) -> None:
    """Refuse to replace what is no page of results.

    Args:
        path (str | Path): Where a page is to be written.
        generator (str): What such a page says of its origin.
        overwrite (bool): Replace whatever is there. Defaults to False.

    Raises:
        InputError: If there is a file of something else.
    """
    sign = f'<meta name="generator" content="{generator} '
    refuse_foreign(path, lambda file: sign in read_text(
        file, 'a page of results')[:_HEAD], overwrite)


def check_comparison_files(report: str | Path | None,
                           table: str | Path | None,
                           picture: str | Path | None,
                           overwrite: bool = False) -> None:
    """Refuse to replace what no comparison of models wrote.

    Args:
        report (str | Path, optional): Where the comparison is to be written.
        table (str | Path, optional): Where the differing questions are.
        picture (str | Path, optional): Where the forest plot is.
        overwrite (bool): Replace whatever is there. Defaults to False.

    Raises:
        InputError: If there is a file of something else.
    """
    for path, is_own in (
            (report, lambda file: 'comparisons' in read_json_object(file)),
            (table, _is_differing),
            (picture, lambda file: COMPARISON in file.read_bytes()[:_HEAD])):
        if path is not None:
            refuse_foreign(path, is_own, overwrite)


def check_analysis_files(report: str | Path | None,
                         pictures: str | Path | None,
                         overwrite: bool = False) -> None:
    """Refuse to replace what no analysis of errors wrote.

    Args:
        report (str | Path, optional): Where the analysis is to be written.
        pictures (str | Path, optional): The folder of the pictures.
        overwrite (bool): Replace whatever is there. Defaults to False.

    Raises:
        InputError: If there is a file of something else.
    """
    if report is not None:
        refuse_foreign(report, lambda file: 'breakdown' in read_json_object(
            file), overwrite)
    for name in PICTURES if pictures is not None else ():
        refuse_foreign(
            Path(str(pictures), f'{name}.png'),
            lambda file: ANALYSIS in file.read_bytes()[:_HEAD], overwrite)


def _is_differing(file: Path) -> bool:
    with open(file, encoding='utf-8', errors='replace') as lines:
        return lines.readline().startswith(','.join(QUESTION_COLUMNS))


def _every(is_own: Callable[[Any], bool]) -> Callable[[Path], bool]:
    """Ask something of every entry of a JSON object."""
    return lambda file: all(map(is_own, read_json_object(file).values()))


def _beside_answers(path: Path, is_own: Callable[[Path], bool]
                    ) -> Callable[[Path], bool]:
    """Ask something of a file, and whether the answers are ours."""
    answers = _every(_is_answer)
    return lambda file: answers(path) and is_own(file)


def _is_answer(entry: Any) -> bool:
    """Whether an entry is an answer of ours: others have no scores."""
    return isinstance(entry, dict) and {'prediction', 'scores'} <= set(entry)


def _is_grounding(entry: Any) -> bool:
    return isinstance(entry, dict) and 'weights' in entry


def _is_row(entry: Any) -> bool:
    """Whether an entry is a span, or the weights of frames."""
    return isinstance(entry, list) and all(
        isinstance(number, (int, float)) for number in entry)
