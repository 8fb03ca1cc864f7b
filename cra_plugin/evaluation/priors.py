"""Spans that ignore the video and the question: what a model must beat."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cra_plugin.evaluation.metrics import Metrics, compute_metrics
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.fractional_spans import seconds_from_fractions

# (start, end) in fractions of the duration.
PRIORS = {
    'middle_point': (0.5, 0.5),
    'middle_5_of_31': (13 / 31, 18 / 31),
    'middle_third': (1 / 3, 2 / 3),
    'whole_video': (0.0, 1.0),
}


def compute_priors(table: QuestionTable,
                   answers: np.ndarray | None) -> dict[str, Metrics]:
    """Evaluate the constant spans of ``PRIORS`` with a model's answers.

    Args:
        table (QuestionTable): The truth about N questions.
        answers (np.ndarray, optional): (N,) choices the model predicted, -1
            where missing; None where it predicts spans alone.

    Returns:
        dict[str, Metrics]: Prior to metrics; empty unless the spans and all
        durations are known.
    """
    if table.spans is None or np.isnan(table.durations).any():
        return {}
    return {
        name: compute_metrics(
            table, answers,
            seconds_from_fractions(np.array(span), table.durations))
        for name, span in PRIORS.items()
    }


def best_prior(priors: Mapping[str, Metrics],
               metric: str = 'Acc@GQA') -> tuple[str, float]:
    """Find the prior that is hardest to beat.

    Args:
        priors (Mapping[str, Metrics]): What :func:`compute_priors` gives,
            not empty.
        metric (str): The metric to go by. Defaults to 'Acc@GQA'.

    Returns:
        tuple[str, float]: Its name and its value in percent.
    """
    values = {name: metrics[metric] or 0.0
              for name, metrics in priors.items()}
    name = max(values, key=values.__getitem__)
    return name, values[name]
