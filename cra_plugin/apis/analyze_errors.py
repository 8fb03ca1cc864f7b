"""Analyze where predictions err, and what a model goes by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cra_plugin.annotations.formats import find_annotations
from cra_plugin.apis.dumped_evidence import find_evidence
from cra_plugin.apis.join_predictions import Files, join_predictions
from cra_plugin.evaluation.analysis.error_report import analyze_predictions

# What tests a model with its biases probed, and dumps what it predicts.
Probe = Callable[[], dict[str, dict[str, float | None]]]


def analyze_errors(predictions: Files | None,
                   annotations: str | Path,
                   split: str,
                   spans: Files | None = None,
                   attention: Files | None = None,
                   dataset: str = 'nextgqa',
                   normalized: bool = False,
                   probe: Probe | None = None,
                   dumped: str | Path | None = None,
                   **options: Any) -> dict[str, Any]:
    """Analyze predictions, and probe the biases of a model.

    Args:
        predictions (Files, optional): The answers, in any format that
            :func:`~cra_plugin.apis.evaluate_predictions.
            evaluate_predictions` reads; None where only spans are predicted,
            or the probe dumps them.
        annotations (str | Path): The folder of the annotations.
        split (str): The split that was predicted.
        spans (Files, optional): Predicted spans. Defaults to None: see
            ``attention``.
        attention (Files, optional): Weights of the frames. Defaults to None:
            where no spans are given either, what lies beside the predictions
            as ``tools/test.py --dump`` writes it.
        dataset (str): The format of the annotations. Defaults to 'nextgqa'.
        normalized (bool): Whether ``spans`` are fractions of the duration.
            Defaults to False.
        probe (Callable, optional): Runs
            :func:`~cra_plugin.apis.probe_biases.probe_biases`. Defaults to
            None: no probes.
        dumped (str | Path, optional): What the probe dumps of the model as
            it is, analyzed where no predictions are given. Defaults to None.
        **options (Any): Further ones of ``evaluate_predictions``.

    Returns:
        dict[str, Any]: See :func:`~cra_plugin.evaluation.analysis.
        error_report.analyze_predictions`; with a probe also ``probes``.

    Raises:
        InputError: As ``evaluate_predictions`` and the probe.
    """
    probed: dict[str, Any] = {}
    if predictions is None and spans is None and attention is None and (
            dumped is not None):
        # An hour later would be late to find that there are none.
        find_annotations(dataset, annotations, split)
        predictions, probed, probe = dumped, probe() if probe else {}, None
    if spans is None and attention is None:
        found = find_evidence(predictions, annotations, split, dataset,
                              normalized)
        spans, attention = found.get('spans'), found.get('attention')
    analysis = analyze_predictions(join_predictions(
        annotations, split, predictions, spans, normalized, attention,
        dataset=dataset, **options))
    probed = probe() if probe else probed
    return analysis | ({'probes': probed} if probed else {})
