"""The questions on which models differ, as a csv."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from cra_plugin.evaluation.comparison.scored_model import ScoredModel
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.files import atomic_path

QUESTION_COLUMNS = ('video_id', 'qid', 'type', 'question', 'answer')
MODEL_COLUMNS = ('answer', 'right', 'IoP', 'IoU')
# Where a span counts as grounded, and as found.
THRESHOLD = 0.5


def find_differing(models: Sequence[ScoredModel]) -> np.ndarray:
    """Find the questions that some of the models answer or ground otherwise.

    Args:
        models (Sequence[ScoredModel]): Scored on the same N questions.

    Returns:
        np.ndarray: (N,) bool: another choice, or IoP or IoU on the other side
        of 0.5.
    """
    first = models[0]
    differing = np.zeros(len(next(iter(first.scores.values().values()))), bool)
    for model in models[1:]:
        if first.answers is not None and model.answers is not None:
            differing |= first.answers != model.answers
        if first.scores.overlaps is None or model.scores.overlaps is None:
            continue
        for mine, theirs in zip(first.scores.overlaps, model.scores.overlaps):
            differing |= (mine >= THRESHOLD) != (theirs >= THRESHOLD)
    return differing


def write_differing(path: str | Path, questions: Sequence[VideoQuestion],
                    models: Sequence[ScoredModel]) -> int:
    """Write one row per question on which the models differ, atomically.

    Args:
        path (str | Path): The csv.
        questions (Sequence[VideoQuestion]): N questions.
        models (Sequence[ScoredModel]): Scored on them.

    Returns:
        int: How many there are.
    """
    rows = np.flatnonzero(find_differing(models))
    with atomic_path(path) as temporary, open(
            temporary, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(header(models))
        writer.writerows(_rows(rows.tolist(), questions, models))
    return len(rows)


def header(models: Sequence[ScoredModel]) -> list[str]:
    """Name the columns.

    Args:
        models (Sequence[ScoredModel]): The models.

    Returns:
        list[str]: Those of the question, then four for each model.
    """
    return [*QUESTION_COLUMNS, *(f'{model.name}: {name}' for model in models
                                 for name in MODEL_COLUMNS)]


def _rows(rows: Sequence[int], questions: Sequence[VideoQuestion],
          models: Sequence[ScoredModel]) -> Iterator[list[str]]:
    """What is written of each question."""
    for row in rows:
        question = questions[row]
        cells = [question.video_id, question.qid, question.type,
                 question.question, _choice(question, question.answer)]
        for model in models:
            right, overlaps = model.scores.right, model.scores.overlaps
            cells += ['' if model.answers is None else
                      _choice(question, int(model.answers[row])),
                      '' if right is None else str(int(right[row]))]
            cells += ['', ''] if overlaps is None else [
                f'{each[row]:.3f}' for each in overlaps]
        yield cells


def _choice(question: VideoQuestion, index: int | None) -> str:
    """The text of a choice; empty where there is none."""
    return ('' if index is None or not 0 <= index < len(question.choices)
            else question.choices[index])
