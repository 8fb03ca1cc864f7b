"""The file that STAR's evaluation server takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cra_plugin.annotations.star_questions import TYPES
from cra_plugin.errors import InputError
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.utils.json_file import write_json


def write_star_submission(path: str | Path,
                          predictions: Sequence[GroundedAnswer]) -> None:
    """Write ``{type: [{question_id, answer}, ...]}`` for the four types.

    ``answer`` is the index of the choice in the order of ``choice_id``, which
    counts from 0 in the official files. The format is the one that several
    published projects write for
    https://eval.ai/web/challenges/challenge-page/1325; the server's own
    description of it has not been read.

    Args:
        path (str | Path): The JSON file.
        predictions (Sequence[GroundedAnswer]): One for each question of STAR.

    Raises:
        InputError: If a question is of no type of STAR.
    """
    answers: dict[str, list[dict[str, str | int]]] = {
        kind: [] for kind in TYPES
    }
    for each in predictions:
        if each.question.type not in answers:
            raise InputError(
                f'question {each.question.key}, type',
                repr(each.question.type), f'one of {", ".join(TYPES)}',
                'set test_evaluator.submission=None for other data sets')
        answers[each.question.type].append({
            'question_id': each.question.qid,
            'answer': each.predicted
        })
    write_json(path, answers)
