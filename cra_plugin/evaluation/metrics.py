"""The metrics of grounded question answering, in percent."""

from __future__ import annotations

import numpy as np

from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.geometry import (
    best_overlaps,
    span_hulls,
    span_iou,
    union_iou,
    union_overlaps,
)

METRIC_NAMES = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.3', 'IoP@0.5', 'mIoU',
                'IoU@0.3', 'IoU@0.5', 'PIoU', 'UF@0.3', 'UF@0.5', 'Err@0.3',
                'Err@0.5')
THRESHOLDS = (0.3, 0.5)
# What answers alone tell, and spans alone; the rest takes both.
ANSWER_METRICS = ('Acc@VQA', )
SPAN_METRICS = ('mIoP', 'IoP@0.3', 'IoP@0.5', 'mIoU', 'IoU@0.3', 'IoU@0.5',
                'PIoU')

# None (null in JSON) where the metric is not defined.
Metrics = dict[str, float | None]


def compute_metrics(table: QuestionTable, answers: np.ndarray | None,
                    spans: np.ndarray | None) -> Metrics:
    """Compute all metrics of one prediction for each question.

    IoP and IoU as in NExT-GQA (arXiv 2309.01327): the best over the
    ground-truth spans. ``Acc@GQA``: right answer and IoP >= 0.5. ``UF@t``
    (unfaithful): right answer and IoP < t; ``Err@t``: wrong and IoP < t.

    Args:
        table (QuestionTable): The truth about N questions.
        answers (np.ndarray, optional): (N,) predicted choices, -1 where
            missing; None where no answers are predicted.
        spans (np.ndarray, optional): (N, 2) predicted spans in seconds, NaN
            where missing, or (N, S, 2) of which those of a question count
            together and do not overlap; None where no spans are predicted. A
            missing span has IoP and IoU 0.

    Returns:
        Metrics: ``METRIC_NAMES`` in percent of the questions and
        ``num_questions``. What lacks predictions or truth is None, and
        ``PIoU`` is where :func:`mean_pair_iou` is.
    """
    return _aggregate(table, answers, spans,
                      np.ones(len(table.videos), dtype=bool))


def compute_metrics_by_type(
        table: QuestionTable, answers: np.ndarray | None,
        spans: np.ndarray | None) -> dict[str, Metrics]:
    """Compute all metrics separately for each type of question.

    Args:
        table (QuestionTable): The truth about N questions.
        answers (np.ndarray, optional): As :func:`compute_metrics`.
        spans (np.ndarray, optional): As :func:`compute_metrics`.

    Returns:
        dict[str, Metrics]: Type to metrics, for the types that occur.
    """
    return {
        str(kind): _aggregate(table, answers, spans, table.types == kind)
        for kind in np.unique(table.types)
    }


def question_overlaps(truth: np.ndarray, mask: np.ndarray,
                      spans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute how well the span of each question fits the truth.

    Args:
        truth (np.ndarray): (N, G, 2) spans in seconds.
        mask (np.ndarray): (N, G) bool, False at padding.
        spans (np.ndarray): (N, 2) or (N, S, 2), as :func:`compute_metrics`.

    Returns:
        tuple[np.ndarray, np.ndarray]: (N,) IoP and (N,) IoU in [0, 1], 0
        where a span is missing.
    """
    if spans.ndim == 3:
        return union_overlaps(spans, truth, mask)
    present = ~np.isnan(spans[:, 0])
    iop, iou = best_overlaps(np.nan_to_num(spans), truth, mask)
    return iop * present, iou * present


def mean_pair_iou(table: QuestionTable, spans: np.ndarray,
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
        spans (np.ndarray): (N, 2) or (N, S, 2), as :func:`compute_metrics`.
        chosen (np.ndarray): (N,) bool, the questions to look at.

    Returns:
        float, optional: A fraction; None if no video has two predicted
        spans.
    """
    chosen = chosen & ~np.isnan(span_hulls(spans)[:, 0])
    pairs = table.pairs[chosen[table.pairs].all(1)]
    if not len(pairs):
        return None
    measure = span_iou if spans.ndim == 2 else union_iou
    iou = measure(spans[pairs[:, 0]], spans[pairs[:, 1]])
    videos = table.videos[pairs[:, 0]]
    counts = np.bincount(videos)
    sums = np.bincount(videos, iou)
    return float((sums[counts > 0] / counts[counts > 0]).mean())


def _aggregate(table: QuestionTable, answers: np.ndarray | None,
               spans: np.ndarray | None, chosen: np.ndarray) -> Metrics:
    """Compute the metrics of the questions where ``chosen`` (N,) is True."""
    right = overlaps = piou = None
    if table.answers is not None and answers is not None:
        right = (answers == table.answers)[chosen]
    if table.spans is not None and spans is not None:
        overlaps = question_overlaps(
            table.spans[chosen], table.span_mask[chosen], spans[chosen])
        piou = mean_pair_iou(table, spans, chosen)
    metrics: Metrics = dict.fromkeys(METRIC_NAMES)
    metrics.update({name: 100 * float(value.mean())
                    for name, value in _hits(right, overlaps).items()})
    metrics['PIoU'] = None if piou is None else 100 * piou
    metrics['num_questions'] = int(chosen.sum())
    return metrics


def _hits(right: np.ndarray | None,
          overlaps: tuple[np.ndarray, np.ndarray] | None
          ) -> dict[str, np.ndarray]:
    """What each question contributes to the metrics that are defined."""
    values = {}
    if right is not None:
        values['Acc@VQA'] = right
    if overlaps is not None:
        iop, iou = overlaps
        values.update({'mIoP': iop, 'mIoU': iou})
        for threshold in THRESHOLDS:
            values[f'IoP@{threshold}'] = iop >= threshold
            values[f'IoU@{threshold}'] = iou >= threshold
    if right is not None and overlaps is not None:
        values['Acc@GQA'] = right & (iop >= 0.5)
        for threshold in THRESHOLDS:
            values[f'UF@{threshold}'] = right & (iop < threshold)
            values[f'Err@{threshold}'] = ~right & (iop < threshold)
    return values
