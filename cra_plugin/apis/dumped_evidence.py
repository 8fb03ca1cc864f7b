"""Find what was dumped beside answers."""

from __future__ import annotations

import logging
from pathlib import Path

from cra_plugin.annotations.formats import find_annotations
from cra_plugin.apis.join_predictions import Files
from cra_plugin.evaluation.prediction_dump import file_beside


def find_evidence(predictions: Files | None,
                  annotations: str | Path,
                  split: str,
                  dataset: str,
                  normalized: bool = False) -> dict[str, Path]:
    """Find weights of frames, or else spans, as ``tools/test.py`` dumps them.

    Where nothing is annotated that they could be held against, they are left
    out.

    Args:
        predictions (Files, optional): The answers. Beside several parts
            there are several files, in no format of ours, or none.
        annotations (str | Path): Folder of the annotations.
        split (str): The split.
        dataset (str): Format of the annotations.
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
            annotated = find_annotations(dataset, annotations, split,
                                         require_spans=False)
            has_spans = any(each.spans for each in annotated.questions)
            logging.getLogger('cra_plugin').warning(
                'note: %s is taken from %s' if has_spans else
                'note: no spans are annotated, so that %s of %s is left out',
                kind, path)
            return {kind: path} if has_spans else {}
    return {}


def list_files(files: Files | None) -> list[Path]:
    """Give one file, several or none as a list."""
    if files is None:
        return []
    return [Path(files)] if isinstance(files, (str, Path)) else [
        Path(file) for file in files]
