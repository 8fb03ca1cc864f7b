"""How long predicted spans are and where they lie, beside the true ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import wasserstein_distance

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.geometry import span_length

BINS = 20
QUANTILES = (5, 25, 50, 75, 95)
# Of seconds, which have no upper end: the last bin holds what is longer.
LONGEST_PERCENT = 99


def describe_spans(table: QuestionTable,
                   spans: CandidateSpans) -> dict[str, Any]:
    """Describe lengths and centers of predicted and of true spans.

    Args:
        table (QuestionTable): The truth about N questions, with spans.
        spans (CandidateSpans): The spans that count.

    Returns:
        dict[str, Any]: ``length_seconds`` and, where all durations are
        known, ``length_fraction`` and ``center_fraction`` of the duration,
        each with ``edges`` of bins, ``distance`` (earth mover's, in its
        unit), and for ``predicted`` and ``truth`` ``mean``, ``quantiles``
        (percent to value), ``shares`` (percent of the spans in each bin) and
        ``num_spans``. Empty if no span is predicted.
    """
    assert table.spans is not None
    if not len(spans.spans):
        return {}
    owners = np.nonzero(table.span_mask)[0]
    times = table.durations[spans.owners], table.durations[owners]
    both = spans.spans, table.spans[table.span_mask]
    lengths = span_length(both[0]), span_length(both[1])
    longest = max(np.percentile(each, LONGEST_PERCENT) for each in lengths)
    found = {'length_seconds': _compare(*lengths, float(longest) or 1.0)}
    if np.isnan(table.durations).any():
        return found
    return found | {
        'length_fraction': _compare(
            lengths[0] / times[0], lengths[1] / times[1], 1.0),
        'center_fraction': _compare(
            both[0].mean(1) / times[0], both[1].mean(1) / times[1], 1.0)}


def _compare(predicted: np.ndarray, truth: np.ndarray,
             largest: float) -> dict[str, Any]:
    """Describe numbers from 0 on; what is beyond is in the bin at the end."""
    edges = np.linspace(0, largest, BINS + 1)
    return {'edges': edges.tolist(),
            'distance': float(wasserstein_distance(predicted, truth)),
            'predicted': _describe(predicted, edges),
            'truth': _describe(truth, edges)}


def _describe(values: np.ndarray, edges: np.ndarray) -> dict[str, Any]:
    """Describe some numbers."""
    counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
    return {'mean': float(values.mean()),
            'quantiles': {str(each): float(value) for each, value in zip(
                QUANTILES, np.percentile(values, QUANTILES))},
            'shares': (100 * counts / len(values)).tolist(),
            'num_spans': len(values)}
