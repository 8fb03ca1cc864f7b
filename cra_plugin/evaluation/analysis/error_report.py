"""All analyses of one model's predictions, as one JSON object."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.evaluation.analysis.breakdown import break_down
from cra_plugin.evaluation.analysis.calibration import calibrate
from cra_plugin.evaluation.analysis.faithfulness import (
    pair_overlaps,
    tabulate_faithfulness,
)
from cra_plugin.evaluation.analysis.span_shapes import describe_spans
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.evaluation.question_scores import score_questions
from cra_plugin.evaluation.question_table import QuestionTable


def analyze_predictions(joined: JoinedPredictions) -> dict[str, Any]:
    """Analyze predictions from every side that they, and the truth, allow.

    Args:
        joined (JoinedPredictions): The questions with their predictions.

    Returns:
        dict[str, Any]: ``num_questions``, ``protocol``, ``decoder`` and, as
        far as they can be computed, ``faithfulness``, ``PIoU``,
        ``span_shapes``, ``breakdown`` and ``calibration``; see the functions
        of those names. ``left_out`` says why others are not there.
    """
    table = QuestionTable.from_questions(joined.questions)
    candidates = joined.candidates.get(joined.decoder)
    spans = None if candidates is None else joined.protocol.select(candidates)
    scores = score_questions(table, joined.answers, spans)
    found: dict[str, Any] = {
        'num_questions': len(table.videos), 'protocol': joined.protocol.name,
        'decoder': None if spans is None else joined.decoder}
    reasons = {}
    if scores.right is None or scores.overlaps is None:
        reasons['faithfulness'] = 'takes answers and spans'
    else:
        found['faithfulness'] = tabulate_faithfulness(
            table, scores.right, scores.overlaps[0])
    if spans is None or table.spans is None:
        reasons['span_shapes'] = 'takes spans'
    else:
        found['PIoU'] = pair_overlaps(table, spans)
        found['span_shapes'] = describe_spans(table, spans)
    found['breakdown'] = break_down(table, scores)
    calibrated = _calibrate(joined, scores.right)
    if calibrated is None:
        reasons['calibration'] = 'takes a score for each choice'
    else:
        found['calibration'] = calibrated
    return found | {'left_out': reasons}


def _calibrate(joined: JoinedPredictions,
               right: np.ndarray | None) -> dict[str, Any] | None:
    """The calibration over the questions that have scores."""
    scores = joined.predicted.scores
    rows = [place for place, question in enumerate(joined.questions)
            if question.key in scores]
    if right is None or joined.answers is None or not rows:
        return None
    return calibrate([scores[joined.questions[row].key] for row in rows],
                     joined.answers[rows], right[rows])
