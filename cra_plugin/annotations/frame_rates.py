"""Read how many frames per second folders of frames have."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cra_plugin.annotations.nextgqa_questions import VIDEO_COLUMNS
from cra_plugin.errors import InputError, describe
from cra_plugin.utils.first_few import first_few
from cra_plugin.utils.json_file import is_number, read_json_object
from cra_plugin.utils.text_file import read_text

# A picture every quarter of an hour, and a high-speed camera.
_LOWEST, _HIGHEST = 1e-3, 1e5
_FORMATS = ('a JSON {video: frames per second}, where an object with the '
            'field fps does, as in gsub_val.json, or a csv of the columns '
            'video (or video_id) and fps')


class FrameRates:
    """Frames a second of each video.

    Args:
        source (float | str | Path): One rate for all, or a file:
            ``{video: rate}`` or ``{video: {"fps": rate}}`` in JSON, or a csv
            with the columns ``video`` (or ``video_id``) and ``fps``.
        option (str): What names it, for errors. Defaults to '--fps'.

    Raises:
        InputError: If a rate is out of all reason, or the file is malformed.
    """

    def __init__(self, source: float | str | Path,
                 option: str = '--fps') -> None:
        self._source = source
        self._common: float | None = None
        self._rates: dict[str, float] = {}
        try:
            self._common = float(source)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            self._rates = _read_rates(Path(source), option)  # type: ignore
            return
        if not _LOWEST <= self._common <= _HIGHEST:
            raise InputError(f'option {option}', str(source),
                             f'{_LOWEST:g} to {_HIGHEST:g}, or a file of them')

    def __getitem__(self, video_id: str) -> float:
        """Give the rate of a video that :meth:`require` has found."""
        return self._common or self._rates[video_id]

    def require(self, video_ids: Iterable[str]) -> None:
        """Check that every one of these videos has a rate.

        Args:
            video_ids (Iterable[str]): Identifiers of the videos.

        Raises:
            InputError: If some have none: how many, and which.
        """
        if self._common is not None:
            return
        wanted = set(video_ids)
        missing = sorted(wanted - self._rates.keys())
        if missing:
            raise InputError(
                str(self._source), f'no rate for {len(missing)} of '
                f'{len(wanted)} videos ({first_few(missing)})',
                'frames per second of every video', 'add them')


def _read_rates(path: Path, option: str) -> dict[str, float]:
    """Read the rates of a file."""
    if not path.is_file():
        raise InputError(f'option {option}', str(path),
                         f'frames per second, or a file: {_FORMATS}',
                         'check the number or the path')
    if path.suffix.lower() == '.csv':
        entries = _read_csv(path)
    else:
        entries = {
            video_id: entry.get('fps') if isinstance(entry, dict) else entry
            for video_id, entry in read_json_object(path).items()}
    for video_id, rate in entries.items():
        if not is_number(rate) or not _LOWEST <= rate <= _HIGHEST:
            raise InputError(f'{path}, video {video_id}', describe(rate),
                             f'frames per second, {_LOWEST:g} to {_HIGHEST:g}')
    return entries


def _read_csv(path: Path) -> dict[str, Any]:
    """Read the rates of a csv."""
    text = read_text(path, _FORMATS)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline='')))
    except csv.Error as error:
        raise InputError(path, f'unreadable text ({error})', _FORMATS
                         ) from None
    columns = list(rows[0]) if rows else []
    name = next((each for each in VIDEO_COLUMNS if each in columns), None)
    if name is None or 'fps' not in columns:
        raise InputError(
            path, f'the columns {", ".join(map(str, columns))}'
            if rows else 'no rows', _FORMATS)
    return {row[name]: _number(row['fps']) for row in rows}


def _number(text: str) -> float | str:
    """Read a number; whatever else is left for the check."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return text
