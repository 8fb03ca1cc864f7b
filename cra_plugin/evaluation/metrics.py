"""The metrics of grounded question answering, in percent."""

from __future__ import annotations

import numpy as np

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.pair_iou import mean_pair_iou
from cra_plugin.evaluation.question_scores import (
    QuestionScores,
    as_candidates,
    candidate_overlaps,
    score_questions,
)
from cra_plugin.evaluation.question_table import QuestionTable

METRIC_NAMES = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.3', 'IoP@0.5', 'mIoU',
                'IoU@0.3', 'IoU@0.5', 'PIoU', 'UF@0.3', 'UF@0.5', 'Err@0.3',
                'Err@0.5')
# What answers alone tell, and spans alone; the rest takes both.
ANSWER_METRICS = ('Acc@VQA', )
SPAN_METRICS = ('mIoP', 'IoP@0.3', 'IoP@0.5', 'mIoU', 'IoU@0.3', 'IoU@0.5',
                'PIoU')

# None (null in JSON) where the metric is not defined.
Metrics = dict[str, float | None]
Spans = np.ndarray | CandidateSpans


def compute_metrics(table: QuestionTable, answers: np.ndarray | None,
                    spans: Spans | None) -> Metrics:
    """Compute all metrics of one prediction for each question.

    IoP and IoU as in NExT-GQA (arXiv 2309.01327): the best over the
    ground-truth spans. ``Acc@GQA``: right answer and IoP >= 0.5. ``UF@t``
    (unfaithful): right answer and IoP < t; ``Err@t``: wrong and IoP < t.

    Args:
        table (QuestionTable): The truth about N questions.
        answers (np.ndarray, optional): (N,) predicted choices, -1 where
            missing; None where no answers are predicted.
        spans (np.ndarray | CandidateSpans, optional): (N, 2) predicted spans
            in seconds, NaN where missing, or (N, S, 2) of which those of a
            question count together and do not overlap; None where no spans
            are predicted. A missing span has IoP and IoU 0.

    Returns:
        Metrics: ``METRIC_NAMES`` in percent of the questions and
        ``num_questions``. What lacks predictions or truth is None, and
        ``PIoU`` is where :func:`~cra_plugin.evaluation.pair_iou.
        mean_pair_iou` is.
    """
    return aggregate_scores(table, score_questions(table, answers, spans),
                            spans, np.ones(len(table.videos), dtype=bool))


def compute_metrics_by_type(
        table: QuestionTable, answers: np.ndarray | None,
        spans: Spans | None) -> dict[str, Metrics]:
    """Compute all metrics separately for each type of question.

    Args:
        table (QuestionTable): The truth about N questions.
        answers (np.ndarray, optional): As :func:`compute_metrics`.
        spans (np.ndarray | CandidateSpans, optional): As
            :func:`compute_metrics`.

    Returns:
        dict[str, Metrics]: Type to metrics, for the types that occur.
    """
    scores = score_questions(table, answers, spans)
    return {
        str(kind): aggregate_scores(table, scores, spans,
                                    table.types == kind)
        for kind in np.unique(table.types)
    }


def question_overlaps(truth: np.ndarray, mask: np.ndarray,
                      spans: Spans) -> tuple[np.ndarray, np.ndarray]:
    """Compute how well the span of each question fits the truth.

    Args:
        truth (np.ndarray): (N, G, 2) spans in seconds.
        mask (np.ndarray): (N, G) bool, False at padding.
        spans (np.ndarray | CandidateSpans): As :func:`compute_metrics`.

    Returns:
        tuple[np.ndarray, np.ndarray]: (N,) IoP and (N,) IoU in [0, 1], 0
        where a span is missing.
    """
    return candidate_overlaps(as_candidates(spans), truth, mask)


def aggregate_scores(table: QuestionTable, scores: QuestionScores,
                     spans: Spans | None, chosen: np.ndarray) -> Metrics:
    """Compute the metrics of some of the questions.

    Args:
        table (QuestionTable): The truth about N questions.
        scores (QuestionScores): Their scores.
        spans (np.ndarray | CandidateSpans, optional): The predicted spans,
            from which the scores are, for ``PIoU``.
        chosen (np.ndarray): (N,) bool, the questions that count.

    Returns:
        Metrics: As :func:`compute_metrics`.
    """
    metrics: Metrics = dict.fromkeys(METRIC_NAMES)
    metrics.update({name: 100 * float(value[chosen].mean())
                    for name, value in scores.values().items()
                    if name in metrics})
    if scores.overlaps is not None and spans is not None:
        piou = mean_pair_iou(table, spans, chosen)
        metrics['PIoU'] = None if piou is None else 100 * piou
    metrics['num_questions'] = int(chosen.sum())
    return metrics
