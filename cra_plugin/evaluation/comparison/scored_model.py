"""A model's scores on the questions that models are compared on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.evaluation.question_scores import (
    QuestionScores,
    score_questions,
)
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.structures.video_question import VideoQuestion


@dataclass(frozen=True)
class ScoredModel:
    """A model's scores on N questions.

    Attributes:
        name (str): What the model is called.
        scores (QuestionScores): Of the N questions.
        answers (np.ndarray, optional): (N,) predicted choices, -1 where there
            is none; None where no answers are predicted.
        num_missing (int): Annotated questions without a full prediction.
    """

    name: str
    scores: QuestionScores
    answers: np.ndarray | None
    num_missing: int


def score_models(names: Sequence[str], joined: Sequence[JoinedPredictions]
                 ) -> tuple[list[VideoQuestion], QuestionTable,
                            list[ScoredModel]]:
    """Score models on the questions that count for all of them.

    Args:
        names (Sequence[str]): What the models are called.
        joined (Sequence[JoinedPredictions]): Their predictions of the same
            annotated questions, by one protocol.

    Returns:
        tuple[list[VideoQuestion], QuestionTable, list[ScoredModel]]: N
        questions, the truth about them, and the models.

    Raises:
        InputError: If no question counts for all of them.
    """
    kept = [{each.key for each in model.questions} for model in joined]
    common = set.intersection(*kept)
    if not common:
        raise InputError(
            'models', 'no question that all of them predict', 'predictions '
            'of the same questions', 'compare files of one split')
    questions = [each for each in joined[0].questions if each.key in common]
    table = QuestionTable.from_questions(questions)
    models = []
    for name, model in zip(names, joined):
        chosen = np.array([each.key in common for each in model.questions])
        answers = None if model.answers is None else model.answers[chosen]
        spans = model.candidates.get(model.decoder)
        if spans is not None:
            spans = model.protocol.select(spans.take(chosen))
        models.append(ScoredModel(
            name, score_questions(table, answers, spans), answers,
            model.coverage.num_missing))
    return questions, table, models
