"""A way to score predictions: what counts, and of which questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.metrics import (
    METRIC_NAMES,
    Metrics,
    aggregate_scores,
)
from cra_plugin.evaluation.question_scores import ACC_AT_IOU, score_questions
from cra_plugin.evaluation.question_table import QuestionTable

# Beside each other, protocols have one figure more.
PROTOCOL_METRICS = (*METRIC_NAMES, ACC_AT_IOU)


@dataclass(frozen=True)
class Protocol:
    """A way to score predictions.

    Attributes:
        name (str): What ``--protocol`` calls it.
        summary (str): What it does, in a line.
        source (str): The paper, or the evaluator, that scores like this.
        several (str): What becomes of several spans, after "questions with
            several spans, ".
        select (Callable): Gives those of the candidates that count.
        missing (str): A rule of :mod:`~cra_plugin.evaluation.coverage`.
            Defaults to 'wrong'.
        mean_over_types (bool): Whether Acc@VQA is the mean over the types of
            questions rather than over the questions. Defaults to False.
    """

    name: str
    summary: str
    source: str
    several: str
    select: Callable[[CandidateSpans], CandidateSpans]
    missing: str = 'wrong'
    mean_over_types: bool = False

    def evaluate(self, table: QuestionTable, answers: np.ndarray | None,
                 candidates: CandidateSpans | None,
                 covered: np.ndarray | None = None) -> Metrics:
        """Compute all metrics as this protocol has them.

        Args:
            table (QuestionTable): The truth about N questions.
            answers (np.ndarray, optional): (N,) predicted choices, -1 where
                missing; None where no answers are predicted.
            candidates (CandidateSpans, optional): All predicted spans.
            covered (np.ndarray, optional): (N,) bool, the questions that have
                a prediction, which are all that count where ``missing`` is
                'skip'. Defaults to None: all.

        Returns:
            Metrics: ``PROTOCOL_METRICS`` in percent, None where not defined,
            and ``num_questions``.
        """
        spans = None if candidates is None else self.select(candidates)
        scores = score_questions(table, answers, spans)
        chosen = np.ones(len(table.videos), dtype=bool)
        if self.missing == 'skip' and covered is not None:
            chosen = covered
        metrics = aggregate_scores(table, scores, spans, chosen)
        both = scores.values().get(ACC_AT_IOU)
        metrics[ACC_AT_IOU] = (None if both is None else
                               100 * float(both[chosen].mean()))
        if self.mean_over_types and scores.right is not None:
            metrics['Acc@VQA'] = 100 * float(np.mean([
                scores.right[chosen & (table.types == kind)].mean()
                for kind in np.unique(table.types[chosen])]))
        return metrics


def as_written(candidates: CandidateSpans) -> CandidateSpans:
    """Take what the format means: all segments, else the first span.

    Args:
        candidates (CandidateSpans): All predicted spans.

    Returns:
        CandidateSpans: What counts.
    """
    segments = candidates.segments
    return candidates.merged(segments).first(1, ~segments)


def first_span(candidates: CandidateSpans) -> CandidateSpans:
    """Take the first span of a question in the file.

    Args:
        candidates (CandidateSpans): All predicted spans.

    Returns:
        CandidateSpans: What counts.
    """
    return candidates.first(1)


def union_of_spans(candidates: CandidateSpans) -> CandidateSpans:
    """Take all spans of a question together.

    Args:
        candidates (CandidateSpans): All predicted spans.

    Returns:
        CandidateSpans: What counts.
    """
    return candidates.merged()
