"""Predictions written in NExT-GQA's formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cra_plugin.structures.video_question import Span, VideoQuestion
from cra_plugin.utils.json_file import write_json


@dataclass(frozen=True)
class Prediction:
    """What a model says of a question.

    Attributes:
        question (VideoQuestion): The question.
        answer (int): Index of the predicted choice.
        spans (dict[str, Span]): Decoder to (start, end) in seconds.
        weights (np.ndarray, optional): (T,) weights of the frames. Defaults
            to None.
    """

    question: VideoQuestion
    answer: int
    spans: dict[str, Span]
    weights: np.ndarray | None = None


def dump_predictions(path: str | Path, predictions: Sequence[Prediction],
                     decoder: str) -> None:
    """Write the files that ``tools/eval_predictions.py`` reads.

    Args:
        path (str | Path): Where the answers go: ``{key: {prediction,
            answer}}``, without ``answer`` where the right one is not known.
            Beside it go ``<stem>_spans.json``, ``{key: [start, end]}`` in
            seconds, and ``<stem>_attention.json``, ``{key: [T weights]}`` of
            the predictions that have weights.
        predictions (Sequence[Prediction]): One for each question.
        decoder (str): The decoder whose spans are written.
    """
    path = Path(path)
    write_json(path, {p.question.key: _answers(p) for p in predictions})
    write_json(
        path.with_name(f'{path.stem}_spans.json'),
        {p.question.key: p.spans[decoder]
         for p in predictions})
    weights = {
        p.question.key: p.weights.tolist()
        for p in predictions if p.weights is not None
    }
    if weights:
        write_json(path.with_name(f'{path.stem}_attention.json'), weights)


def _answers(prediction: Prediction) -> dict[str, int]:
    """The predicted answer and, where it is known, the right one."""
    answers = {'prediction': prediction.answer}
    if prediction.question.answer is not None:
        answers['answer'] = prediction.question.answer
    return answers
