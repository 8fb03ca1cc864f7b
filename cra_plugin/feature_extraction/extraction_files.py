"""The files that an extraction writes, and whether it is finished."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cra_plugin.datasets.features.feature_file import read_attribute
from cra_plugin.errors import InputError
from cra_plugin.utils.files import file_digest
from cra_plugin.utils.json_file import read_json_object
from cra_plugin.utils.own_files import FILES, WrittenFiles, refuse_foreign

ATTRIBUTE = 'extraction'
_OFFICIAL = 'features_'


class ExtractionFiles:
    """Features, times and report of one extraction.

    ``features_val.h5`` has its times in ``frame2time_val.json``, as NExT-GQA
    names them; ``{name}`` of any other name in ``{name}.frame2time.json``:
    each feature file has a time file of its own.

    Args:
        out (Path): The feature file.
        overwrite (bool): Replace files of others. Defaults to False.

    Attributes:
        out (Path): The feature file.
        times (Path): ``{video: [T seconds]}``.
        report (Path): What was extracted and skipped.
    """

    def __init__(self, out: Path, overwrite: bool = False) -> None:
        self.out = out
        self.times = out.with_name(f'{out.name}.frame2time.json')
        if out.name.startswith(_OFFICIAL) and out.suffix == '.h5':
            split = out.stem.removeprefix(_OFFICIAL)
            self.times = out.with_name(f'frame2time_{split}.json')
        self.report = out.with_name(f'{out.name}.report.json')
        self._overwrite = overwrite
        self._written = WrittenFiles(self.report, 'extraction', [self.times],
                                     overwrite)

    def check(self) -> None:
        """Look at what is there, before the work begins.

        Raises:
            InputError: If a file is there that no extraction wrote.
        """
        refuse_foreign(
            self.out,
            lambda path: read_attribute(path, ATTRIBUTE) is not None,
            self._overwrite)
        self._written.check()

    def claim(self) -> None:
        """Take the files over, just before they are written.

        Raises:
            InputError: As :meth:`check`.
        """
        self.check()
        self._written.claim()

    def seal(self, report: Mapping[str, Any]) -> None:
        """Write the report, once the other files are there.

        Args:
            report (Mapping[str, Any]): Its fields.
        """
        self._written.seal(report)

    def finished(self, identity: Mapping[str, Any],
                 states: Mapping[str, Any]) -> int | None:
        """Tell whether this extraction has been finished before.

        Args:
            identity (Mapping[str, Any]): What made the features.
            states (Mapping[str, Any]): Video to what tells that its file is
                still the same; null where it is gone, which is no other
                video.

        Returns:
            int, optional: Videos in the feature file; None where it has to
            be done.
        """
        try:
            report = read_json_object(self.report)
            made = json.loads(read_attribute(self.out, ATTRIBUTE) or '{}')
            digest = file_digest(self.times)
        except (InputError, OSError, ValueError, RecursionError):
            return None
        before = report.get('video_files')
        if (made != identity or not isinstance(before, dict)
                or type(report.get('extracted')) is not int
                or report.get('skipped') != {}
                or report.get(FILES) != {self.times.name: digest}
                or any(state not in (None, before.get(video_id))
                       for video_id, state in states.items())):
            return None
        extracted: int = report['extracted']
        return extracted
