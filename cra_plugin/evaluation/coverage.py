"""Tell which questions a prediction covers, and treat the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import InputError, check_choice
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.key_warning import name_keys, warn_of_keys

MISSING_RULES = ('wrong', 'skip')


@dataclass(frozen=True)
class Coverage:
    """The questions to evaluate and how they match the predictions.

    Attributes:
        questions (list[VideoQuestion]): The questions to evaluate.
        covered (np.ndarray): (N,) bool, which of all annotated questions
            have a full prediction.
        num_missing (int): Annotated questions without a full prediction.
        num_unknown (int): Predicted questions without an annotation.
    """

    questions: list[VideoQuestion]
    covered: np.ndarray
    num_missing: int
    num_unknown: int


def cover_questions(questions: Sequence[VideoQuestion],
                    predicted: Sequence[Collection[str]],
                    missing: str = 'wrong') -> Coverage:
    """Match questions with predictions and warn where they differ.

    The warnings go to the logger ``cra_plugin``, which writes them to
    stderr unless logging is set up otherwise.

    Args:
        questions (Sequence[VideoQuestion]): All annotated questions.
        predicted (Sequence[Collection[str]]): The keys in each prediction
            file; a question is missing if any file lacks it.
        missing (str): ``'wrong'`` keeps missing questions, which count as
            wrong with IoP and IoU 0; ``'skip'`` leaves them out, as
            NExT-GQA's evaluator does. Defaults to 'wrong'.

    Returns:
        Coverage: The questions to evaluate, in their order.

    Raises:
        InputError: If ``missing`` is another word or no question is
            predicted.
    """
    check_choice('missing', missing, MISSING_RULES)
    annotated = dict.fromkeys(question.key for question in questions)
    full = set(annotated).intersection(*predicted)
    absent = [key for key in annotated if key not in full]
    unknown = [
        key for key in dict.fromkeys(k for keys in predicted for k in keys)
        if key not in annotated
    ]
    if not full:
        raise InputError('predictions',
                         f'no annotated question{name_keys(unknown)}',
                         f'predictions for keys as {next(iter(annotated))}',
                         'evaluate on the split that was predicted')
    treatment = {'wrong': 'counted as wrong', 'skip': 'left out'}[missing]
    warn_of_keys(absent, f'without a prediction, {treatment}')
    warn_of_keys(unknown, 'without an annotation, ignored', 'prediction')
    kept = [q for q in questions if missing == 'wrong' or q.key in full]
    covered = np.array([q.key in full for q in questions])
    return Coverage(kept, covered, len(absent), len(unknown))
