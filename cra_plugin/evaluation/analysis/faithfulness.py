"""Right or wrong answers, by whether the span shows the evidence."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.pair_iou import mean_pair_iou
from cra_plugin.evaluation.question_scores import THRESHOLDS
from cra_plugin.evaluation.question_table import QuestionTable

# Of the cells, in percent of the questions: the second is UF@t, the last
# Err@t of arXiv 2503.07635; the first, at 0.5, is Acc@GQA.
CELLS = ('right_grounded', 'right_ungrounded', 'wrong_grounded',
         'wrong_ungrounded')
ALL = 'all'


def tabulate_faithfulness(table: QuestionTable, right: np.ndarray,
                          iop: np.ndarray) -> dict[str, Any]:
    """Count answers and evidence together, for each type of question.

    Args:
        table (QuestionTable): The truth about N questions.
        right (np.ndarray): (N,) bool, whether the answer is.
        iop (np.ndarray): (N,) IoP in [0, 1].

    Returns:
        dict[str, Any]: Threshold, such as ``'0.5'``, to ``'all'`` and each
        type, to the ``CELLS`` in percent, ``num_questions``, and, in percent
        of those that the name ends with, ``grounded_if_right``,
        ``grounded_if_wrong``, ``right_if_grounded`` and
        ``right_if_ungrounded``; None where there are none of these.
    """
    kinds = [str(kind) for kind in np.unique(table.types)]
    groups = {ALL: np.ones(len(right), dtype=bool)}
    if len(kinds) > 1:
        groups |= {kind: table.types == kind for kind in kinds}
    return {f'{threshold:g}': {
        name: _cells(right[rows], iop[rows] >= threshold)
        for name, rows in groups.items()} for threshold in THRESHOLDS}


def pair_overlaps(table: QuestionTable, spans: CandidateSpans
                  ) -> dict[str, float | None]:
    """Measure how alike the spans of different questions of a video are.

    Args:
        table (QuestionTable): The truth about N questions.
        spans (CandidateSpans): The spans that count.

    Returns:
        dict[str, float | None]: PIoU in percent of what is ``predicted`` and
        of the ``truth``, by the first of its spans; the higher, the less
        grounding depends on the question. None where no video has two.
    """
    everything = np.ones(len(table.videos), dtype=bool)
    truth = None if table.spans is None else mean_pair_iou(
        table, table.spans[:, 0], everything)
    predicted = mean_pair_iou(table, spans, everything)
    return {name: None if value is None else 100 * value for name, value in (
        ('predicted', predicted), ('truth', truth))}


def _cells(right: np.ndarray, grounded: np.ndarray) -> dict[str, Any]:
    """The table of some questions."""
    found: dict[str, Any] = {
        name: 100 * float(cell.mean()) for name, cell in zip(CELLS, (
            right & grounded, right & ~grounded, ~right & grounded,
            ~right & ~grounded))}
    return found | {
        'num_questions': len(right),
        'grounded_if_right': _share(grounded, right),
        'grounded_if_wrong': _share(grounded, ~right),
        'right_if_grounded': _share(right, grounded),
        'right_if_ungrounded': _share(right, ~grounded)}


def _share(true: np.ndarray, among: np.ndarray) -> float | None:
    """Percent of some questions of which something is true."""
    return 100 * float(true[among].mean()) if among.any() else None
