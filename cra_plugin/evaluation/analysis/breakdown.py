"""Metrics by what the questions are like: which ones are hard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cra_plugin.evaluation.question_scores import QuestionScores
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.geometry import span_length

METRICS = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.5', 'mIoU', 'IoU@0.5')
# Groups of about as many questions each, of lengths.
GROUPS = 5
MOST_SPANS = 4


def break_down(table: QuestionTable,
               scores: QuestionScores) -> dict[str, list[dict[str, Any]]]:
    """Compute metrics by length, number and place of the true spans.

    Of several true spans the longest is looked at.

    Args:
        table (QuestionTable): The truth about N questions.
        scores (QuestionScores): Their scores.

    Returns:
        dict[str, list[dict[str, Any]]]: ``span_length`` (seconds),
        ``video_length`` (seconds), ``num_spans`` and ``position`` (of the
        center, a fraction of the duration), as far as they are known, to
        groups of questions: ``low`` and ``high`` (what they have, both
        included but for the end of parts of a scale), ``num_questions`` and
        the metrics in percent that are defined.
    """
    values = {name: value for name, value in scores.values().items()
              if name in METRICS}
    found = {}
    timed = not np.isnan(table.durations).any()
    if timed:
        found['video_length'] = _by_parts(table.durations, values)
    if table.spans is None:
        return found
    lengths = np.where(table.span_mask, span_length(table.spans), -1)
    longest = lengths.argmax(1)
    rows = np.arange(len(longest))
    found |= {
        'span_length': _by_parts(lengths[rows, longest], values),
        'num_spans': _by_number(table.span_mask.sum(1), values)}
    if timed:
        centers = table.spans[rows, longest].mean(1) / table.durations
        found['position'] = _by_edges(
            np.clip(centers, 0, 1), np.linspace(0, 1, GROUPS + 1), values)
    return found


def _by_parts(numbers: np.ndarray,
              values: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Groups of about as many questions each; equal numbers stay together."""
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, GROUPS + 1)))
    return _by_edges(numbers, edges, values)


def _by_edges(numbers: np.ndarray, edges: np.ndarray,
              values: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Groups between edges; the last one has its upper edge too."""
    if len(edges) == 1:
        edges = np.repeat(edges, 2)
    last = len(edges) - 2
    places = np.clip(np.searchsorted(edges, numbers, 'right') - 1, 0, last)
    return [_group(places == place, edges[place], edges[place + 1], values)
            for place in range(last + 1) if (places == place).any()]


def _by_number(numbers: np.ndarray,
               values: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """A group for each number, the last for all that are larger."""
    capped = np.minimum(numbers, MOST_SPANS)
    return [_group(rows, numbers[rows].min(), numbers[rows].max(), values)
            for number in np.unique(capped) for rows in (capped == number, )]


def _group(rows: np.ndarray, low: float, high: float,
           values: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The metrics of some questions."""
    return {'low': float(low), 'high': float(high),
            'num_questions': int(rows.sum())} | {
        name: 100 * float(value[rows].mean())
        for name, value in values.items()}
