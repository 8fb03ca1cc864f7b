"""Tell which metrics cannot be computed, and why."""

from __future__ import annotations

from collections.abc import Mapping

from cra_plugin.evaluation.metrics import (
    ANSWER_METRICS,
    METRIC_NAMES,
    SPAN_METRICS,
)
from cra_plugin.evaluation.question_table import QuestionTable

NO_TRUE_ANSWERS = 'the questions have no answers'
NO_TRUE_SPANS = 'the questions have no spans'
NO_PREDICTED_ANSWERS = 'no answers are predicted'
NO_PREDICTED_SPANS = 'no spans are predicted'


def find_gaps(table: QuestionTable,
              has_answers: bool = True,
              has_spans: bool = True) -> dict[str, str]:
    """Tell what cannot be computed.

    Args:
        table (QuestionTable): The truth about the questions.
        has_answers (bool): Whether answers are predicted. Defaults to True.
        has_spans (bool): Whether spans are predicted. Defaults to True.

    Returns:
        dict[str, str]: Metric to the reason, in the order of
        ``METRIC_NAMES``; empty where all can be computed.
    """
    answers = (NO_TRUE_ANSWERS if table.answers is None else
               '' if has_answers else NO_PREDICTED_ANSWERS)
    spans = (NO_TRUE_SPANS if table.spans is None else
             '' if has_spans else NO_PREDICTED_SPANS)
    both = ' and '.join(filter(None, (answers, spans)))
    reasons = {name: answers if name in ANSWER_METRICS else
               spans if name in SPAN_METRICS else both
               for name in METRIC_NAMES}
    return {name: reason for name, reason in reasons.items() if reason}


def describe_gaps(gaps: Mapping[str, str]) -> list[str]:
    """Say it, a line for each reason.

    Args:
        gaps (Mapping[str, str]): Metric to the reason.

    Returns:
        list[str]: Such as ``'not computed: mIoP, mIoU (no spans are
        predicted)'``.
    """
    names: dict[str, list[str]] = {}
    for name, reason in gaps.items():
        names.setdefault(reason, []).append(name)
    return [f'not computed: {", ".join(each)} ({reason})'
            for reason, each in names.items()]
