"""How alike the spans of different questions on a video are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cra_plugin.evaluation.candidate_spans import BLOCK, CandidateSpans
from cra_plugin.evaluation.question_scores import as_candidates
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.geometry import span_iou, union_iou


def mean_pair_iou(table: QuestionTable, spans: np.ndarray | CandidateSpans,
                  chosen: np.ndarray) -> float | None:
    """Measure how alike the spans of different questions on a video are.

    The mean IoU over the pairs of questions on a video, then the mean over
    the videos with a pair: 100 percent for a model that shows the same span
    whatever the question, unless that span is a point, as points have IoU 0.
    The published value for the ground truth of NExT-GQA test is 21.3. How it
    averages and which of several spans it takes is not published: this gives
    21.1 with the first, 21.2 with the last or longest.

    Args:
        table (QuestionTable): The truth about N questions.
        spans (np.ndarray | CandidateSpans): Those of the N questions.
        chosen (np.ndarray): (N,) bool, the questions to look at.

    Returns:
        float, optional: A fraction; None if no video has two predicted
        spans, or where one of several spans counts, which differs by the
        truth.
    """
    candidates = as_candidates(spans)
    if candidates.alternatives and candidates.counts.max(initial=0) > 1:
        return None
    size = int(table.videos.max(initial=-1)) + 1
    sums, counts = np.zeros(size), np.zeros(size)
    for pairs in _pairs_within(table, chosen & (candidates.counts > 0)):
        videos = table.videos[pairs[:, 0]]
        sums += np.bincount(videos, _pair_iou(candidates, pairs),
                            minlength=size)
        counts += np.bincount(videos, minlength=size)
    paired = counts > 0
    if not paired.any():
        return None
    return float((sums[paired] / counts[paired]).mean())


def _pairs_within(table: QuestionTable,
                  chosen: np.ndarray) -> Iterator[np.ndarray]:
    """Indices (P, 2) of all pairs of chosen questions on one video."""
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(table.videos[rows], kind='stable')]
    videos = table.videos[rows]
    # Sorted, the questions on a video are neighbors: shift by 1, 2, ...
    begins = np.arange(len(rows))
    shift = 1
    while True:
        begins = begins[begins + shift < len(rows)]
        begins = begins[videos[begins] == videos[begins + shift]]
        if not len(begins):
            return
        yield np.stack([rows[begins], rows[begins + shift]], 1)
        shift += 1


def _pair_iou(candidates: CandidateSpans, pairs: np.ndarray) -> np.ndarray:
    """IoU (P,) of the spans of pairs (P, 2) of questions that have some."""
    counts = candidates.counts[pairs].max(1)
    iou = np.empty(len(pairs))
    single = counts == 1
    first = candidates.spans[candidates.starts[pairs[single]]]
    iou[single] = span_iou(first[:, 0], first[:, 1])
    # Of several, by the power of two that holds them: bounds the padding.
    powers = np.ceil(np.log2(counts)).astype(int)
    for power in np.unique(powers[~single]):
        rows = np.flatnonzero(powers == power)
        step = max(1, BLOCK >> 2 * power)
        for begin in range(0, len(rows), step):
            some = rows[begin:begin + step]
            iou[some] = union_iou(candidates.padded(pairs[some, 0]),
                                  candidates.padded(pairs[some, 1]))
    return iou
