"""Evaluate prediction files against annotations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cra_plugin.apis.join_predictions import Files, join_predictions


def evaluate_predictions(annotations: str | Path,
                         split: str,
                         answers: Files | None = None,
                         spans: Files | None = None,
                         normalized: bool = False,
                         attention: Files | None = None,
                         decoder: str = 'adaptive',
                         preset: str = 'paper',
                         missing: str | None = None,
                         dataset: str = 'nextgqa',
                         file_format: str | None = None,
                         protocol: str | None = None,
                         protocols: Sequence[str] = ()) -> dict[str, Any]:
    """Evaluate answers, spans or frame weights, whichever are given.

    A file is read in any format of
    :mod:`~cra_plugin.evaluation.formats.format_table`; docs/predictions.md
    shows them. Answers and spans may be in one file: what has no file of its
    own is taken from the other where it is there.

    Args:
        annotations (str | Path): The folder of the annotations.
        split (str): The split, such as ``'val'``.
        answers (Files, optional): ``{key: {prediction, answer}}``. Defaults
            to None: spans alone.
        spans (Files, optional): ``{key: [start, end]}``. Spans that leave
            their video are counted, named in a warning and scored as they
            are. Defaults to None: ``attention``, or answers alone.
        normalized (bool): Whether ``spans`` are fractions of the duration,
            which are rounded to 0.1 s, rather than seconds, where the format
            does not tell. Defaults to False.
        attention (Files, optional): ``{key: [T weights]}``, instead of
            ``spans``. Defaults to None.
        decoder (str): The main decoder of ``attention``: ``'window'``,
            ``'adaptive'`` or ``'merged'``. Defaults to 'adaptive'.
        preset (str): ``'paper'`` or ``'release'``: how ``attention`` is
            decoded and what ``protocol`` defaults to. Defaults to 'paper'.
        missing (str, optional): What becomes of questions without a
            prediction: they count as ``'wrong'`` or are left out
            (``'skip'``). Defaults to None: as the protocol has it.
        dataset (str): The format of the annotations, see
            :mod:`~cra_plugin.annotations.formats`. Defaults to 'nextgqa'.
        file_format (str, optional): The format of the predictions. Defaults
            to None: by their content.
        protocol (str, optional): How the predictions are scored, a name of
            :mod:`~cra_plugin.evaluation.protocols.protocol_table`. Defaults
            to None: 'nextgqa-all' for the preset paper, 'nextgqa' for
            release.
        protocols (Sequence[str]): Further protocols, or ``'all'``, whose
            metrics are reported beside each other. Defaults to ().

    Returns:
        dict[str, Any]: See
        :func:`~cra_plugin.evaluation.report.build_report`; with
        ``protocols``, of the main decoder (protocol to metrics).

    Raises:
        InputError: If a file is missing or malformed, files contradict each
            other, an argument is none of its choices, or ``spans`` are
            fractions although ``normalized`` is False.
    """
    return join_predictions(
        annotations, split, answers, spans, normalized, attention, decoder,
        preset, missing, dataset, file_format, protocol,
        protocols).report()
