"""Write predictions in NExT-GQA's formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.utils.json_file import write_json
from cra_plugin.utils.key_warning import warn_of_keys

# Of probabilities.
DECIMALS = 6


def dump_predictions(path: str | Path,
                     predictions: Sequence[GroundedAnswer],
                     decoder: str) -> None:
    """Write the files that ``tools/eval_predictions.py`` reads.

    Args:
        path (str | Path): Where the answers go: ``{key: {prediction,
            answer, scores}}``, without ``answer`` where the right one is not
            known, and without ``scores`` where there are none.
            Beside it go ``<stem>_spans.json``, ``{key: [start, end]}`` in
            seconds (fractions of the duration where that is not known, which
            a warning says), and ``<stem>_attention.json``, ``{key: [T
            weights]}`` of the predictions that have weights.
        predictions (Sequence[GroundedAnswer]): One for each question.
        decoder (str): The decoder whose spans are written.
    """
    path = Path(path)
    write_json(path, {p.question.key: _answers(p) for p in predictions})
    spans = file_beside(path, 'spans')
    write_json(spans, {p.question.key: p.spans[decoder] for p in predictions})
    warn_of_keys(
        [p.question.key for p in predictions if p.normalized],
        f'whose duration is not known: spans in {spans} are fractions of it '
        '(tools/eval_predictions.py --normalized)')
    weights = {
        p.question.key: p.frame_weights.tolist()
        for p in predictions if p.frame_weights is not None
    }
    if weights:
        write_json(file_beside(path, 'attention'), weights)


def dump_candidates(path: str | Path,
                    predictions: Sequence[GroundedAnswer]) -> None:
    """Write how every choice is grounded, where that is known.

    Args:
        path (str | Path): Where the answers go; beside it goes
            ``<stem>_candidates.json``, ``{key: {spans: [M spans], weights:
            [M lists of T weights]}}``, of the predictions that have them.
        predictions (Sequence[GroundedAnswer]): One for each question.
    """
    grounded = {
        each.question.key: {'spans': each.candidate_spans,
                            'weights': each.candidate_weights.tolist()}
        for each in predictions if each.candidate_weights is not None}
    if grounded:
        write_json(file_beside(path, 'candidates'), grounded)


def file_beside(path: str | Path, kind: str) -> Path:
    """Tell where what belongs to answers is.

    Args:
        path (str | Path): The file of the answers.
        kind (str): ``'spans'``, ``'attention'`` or ``'candidates'``.

    Returns:
        Path: The file beside it.

    Examples:
        >>> str(file_beside('work_dirs/val.json', 'spans'))
        'work_dirs/val_spans.json'
    """
    path = Path(path)
    # A folder such as . has no name to change.
    return path.parent / f'{path.stem}_{kind}.json'


def _answers(prediction: GroundedAnswer) -> dict[str, Any]:
    """The predicted answer, the right one and scores, where known."""
    answers: dict[str, Any] = {'prediction': prediction.predicted}
    if prediction.question.answer is not None:
        answers['answer'] = prediction.question.answer
    if prediction.scores is not None:
        answers['scores'] = prediction.scores.round(DECIMALS).tolist()
    return answers
