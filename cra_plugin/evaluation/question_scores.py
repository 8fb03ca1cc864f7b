"""How right each question is answered and grounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.spans.geometry import best_overlaps, union_overlaps

THRESHOLDS = (0.3, 0.5)
# Right answer and IoU >= 0.5, as of ReXTime.
ACC_AT_IOU = 'Acc@IoU0.5'


@dataclass(frozen=True)
class QuestionScores:
    """What is known of each of N questions.

    Attributes:
        right (np.ndarray, optional): (N,) bool, whether the answer is; None
            where no answers are predicted or annotated.
        overlaps (tuple[np.ndarray, np.ndarray], optional): (N,) IoP and (N,)
            IoU in [0, 1]; None where no spans are predicted or annotated.
    """

    right: np.ndarray | None
    overlaps: tuple[np.ndarray, np.ndarray] | None

    def values(self) -> dict[str, np.ndarray]:
        """Give what each question contributes to the metrics.

        Returns:
            dict[str, np.ndarray]: Metric to (N,) bool or values in [0, 1],
            of the metrics that are means over questions and are defined.
        """
        right, values = self.right, {}
        if right is not None:
            values['Acc@VQA'] = right
        if self.overlaps is not None:
            iop, iou = self.overlaps
            values.update({'mIoP': iop, 'mIoU': iou})
            for threshold in THRESHOLDS:
                values[f'IoP@{threshold}'] = iop >= threshold
                values[f'IoU@{threshold}'] = iou >= threshold
            if right is not None:
                values['Acc@GQA'] = right & (iop >= 0.5)
                values[ACC_AT_IOU] = right & (iou >= 0.5)
                for threshold in THRESHOLDS:
                    values[f'UF@{threshold}'] = right & (iop < threshold)
                    values[f'Err@{threshold}'] = ~right & (iop < threshold)
        return values


def score_questions(table: QuestionTable, answers: np.ndarray | None,
                    spans: np.ndarray | CandidateSpans | None
                    ) -> QuestionScores:
    """Score every question.

    Args:
        table (QuestionTable): The truth about N questions.
        answers (np.ndarray, optional): (N,) predicted choices, -1 where
            missing.
        spans (np.ndarray | CandidateSpans, optional): Predicted spans of the
            N questions.

    Returns:
        QuestionScores: A missing span has IoP and IoU 0.
    """
    right = overlaps = None
    if table.answers is not None and answers is not None:
        right = answers == table.answers
    if table.spans is not None and spans is not None:
        overlaps = candidate_overlaps(as_candidates(spans), table.spans,
                                      table.span_mask)
    return QuestionScores(right, overlaps)


def as_candidates(spans: np.ndarray | CandidateSpans) -> CandidateSpans:
    """Take arrays for what they hold.

    Args:
        spans (np.ndarray | CandidateSpans): As
            :meth:`CandidateSpans.from_array`, or the result of it.

    Returns:
        CandidateSpans: The spans.
    """
    return (spans if isinstance(spans, CandidateSpans) else
            CandidateSpans.from_array(spans))


def candidate_overlaps(candidates: CandidateSpans, truth: np.ndarray,
                       mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute how well the spans of each question fit the truth.

    Args:
        candidates (CandidateSpans): The spans that count, of N questions.
        truth (np.ndarray): (N, G, 2) ground-truth spans in seconds.
        mask (np.ndarray): (N, G) bool, False at padding.

    Returns:
        tuple[np.ndarray, np.ndarray]: (N,) IoP and (N,) IoU, each the best
        over the ground truth, and over the spans of a question where they
        are alternatives; 0 where a question has none.
    """
    iop, iou = np.zeros(len(mask)), np.zeros(len(mask))
    for rows, spans in candidates.blocks(mask.shape[1]):
        size = spans.shape[1]
        if size > 1 and not candidates.alternatives:
            found = union_overlaps(spans, truth[rows], mask[rows])
        else:
            each = best_overlaps(spans.reshape(-1, 2),
                                 np.repeat(truth[rows], size, 0),
                                 np.repeat(mask[rows], size, 0))
            found = (each[0].reshape(-1, size).max(1),
                     each[1].reshape(-1, size).max(1))
        iop[rows], iou[rows] = found
    return iop, iou
