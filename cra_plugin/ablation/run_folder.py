"""The folder of one run: what it is of, and what it has come to."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cra_plugin.ablation.plan import Run, TestSet
from cra_plugin.errors import InputError
from cra_plugin.utils.files import atomic_path, existing_file
from cra_plugin.utils.json_file import read_json_object, write_json

SETTINGS, FAILURE, LOG = 'settings.json', 'failure.txt', 'log.txt'
FINISHED, FAILED, BEGUN, NEW = (
    'finished', 'failed', 'not finished', 'not begun')

Report = dict[str, Any]


def digest_settings(settings: Mapping[str, Any]) -> str:
    """Digest settings, whatever the order of their fields.

    Args:
        settings (Mapping[str, Any]): What JSON can hold.

    Returns:
        str: SHA-256, in hexadecimal digits.
    """
    text = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class RunFolder:
    """The folder of one run, its work dir.

    Args:
        out (str | Path): Folder of the ablation.
        run (Run): The run.
    """

    def __init__(self, out: str | Path, run: Run) -> None:
        self.path = Path(out) / run.folder
        self.run = run

    @property
    def log(self) -> Path:
        """Where its process writes what it prints."""
        return self.path / LOG

    def settings(self) -> dict[str, Any] | None:
        """Give the settings that its training is of.

        Returns:
            dict[str, Any], optional: None where no run has been prepared.

        Raises:
            InputError: If the folder holds something else.
        """
        path = self.path / SETTINGS
        if path.is_file():
            return read_json_object(path)
        if self.path.exists() and (not self.path.is_dir()
                                   or any(self.path.iterdir())):
            raise InputError(self.path, 'something that is no run of an '
                             'ablation', 'a run, or nothing yet',
                             'name another --out, or move it away')
        return None

    def prepare(self, settings: Mapping[str, Any]) -> None:
        """Write down what the training is of, before it begins.

        Args:
            settings (Mapping[str, Any]): The settings.
        """
        write_json(self.path / SETTINGS, settings, 1)

    def remove(self) -> None:
        """Remove the run: at once by name, then its files."""
        gone = self.path.with_name(f'.{self.path.name}.{os.getpid()}')
        os.rename(self.path, gone)
        shutil.rmtree(gone)

    def report(self, test: TestSet) -> Report | None:
        """Give the report on a test set.

        Args:
            test (TestSet): One of the run's.

        Returns:
            Report, optional: None where it was not tested, or otherwise.
        """
        path = existing_file(self.result_file(test))
        content = read_json_object(path) if path else {}
        return content['report'] if content.get(
            'digest') == test.digest else None

    def keep(self, test: TestSet, report: Report) -> None:
        """Keep a report.

        Args:
            test (TestSet): What it is on.
            report (Report): As ``test.py --json`` writes it.
        """
        write_json(self.result_file(test),
                   {'digest': test.digest, 'report': report}, 1)

    def result_file(self, test: TestSet) -> Path:
        """Name the file that :meth:`keep` writes.

        Args:
            test (TestSet): One of the run's.

        Returns:
            Path: The file.
        """
        return self.path / f'result_{test.name}.json'

    def fail(self, reason: str) -> None:
        """Note why the run failed.

        Args:
            reason (str): One line.
        """
        with atomic_path(self.path / FAILURE) as temporary:
            temporary.write_text(reason + '\n', encoding='utf-8')

    def begin(self) -> None:
        """Forget an earlier failure."""
        (self.path / FAILURE).unlink(missing_ok=True)

    def failure(self) -> str | None:
        """Give why the run failed.

        Returns:
            str, optional: One line; None where it did not.
        """
        path = existing_file(self.path / FAILURE)
        return path.read_text(encoding='utf-8').strip() if path else None

    def state(self) -> str:
        """Tell how far the run is.

        Returns:
            str: ``FINISHED``, ``FAILED``, ``BEGUN`` or ``NEW``.
        """
        if all(self.report(test) is not None for test in self.run.tests):
            return FINISHED
        if self.failure() is not None:
            return FAILED
        names = {path.name for path in self.path.glob('*')}
        return BEGUN if names - {SETTINGS, LOG} else NEW
