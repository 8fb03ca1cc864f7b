"""Find what was dumped beside answers."""

from __future__ import annotations

import logging
from pathlib import Path

from cra_plugin.apis.join_predictions import Files
from cra_plugin.evaluation.prediction_dump import file_beside


def find_evidence(predictions: Files | None,
                  normalized: bool = False) -> dict[str, Path]:
    """Find weights of frames, or else spans, as ``tools/test.py`` dumps them.

    Args:
        predictions (Files, optional): The answers. Beside several parts
            there are several files, in no format of ours, or none.
        normalized (bool): Whether spans alone are looked for. Defaults to
            False.

    Returns:
        dict[str, Path]: ``attention`` or ``spans`` to its file; empty where
        there is none.
    """
    paths = list_files(predictions)
    for kind in ('spans', ) if normalized else ('attention', 'spans'):
        if len(paths) == 1 and file_beside(paths[0], kind).is_file():
            path = file_beside(paths[0], kind)
            logging.getLogger('cra_plugin').warning(
                'note: %s is taken from %s', kind, path)
            return {kind: path}
    return {}


def list_files(files: Files | None) -> list[Path]:
    """Give one file, several or none as a list."""
    if files is None:
        return []
    return [Path(files)] if isinstance(files, (str, Path)) else [
        Path(file) for file in files]
