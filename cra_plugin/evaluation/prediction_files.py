"""Files of one kind of predictions, read by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cra_plugin.evaluation.formats.prediction_record import Kind
from cra_plugin.evaluation.prediction_set import read_prediction_set
from cra_plugin.evaluation.question_index import QuestionIndex
from cra_plugin.structures.video_question import Span, VideoQuestion


def read_answers(path: str | Path,
                 questions: Mapping[str, VideoQuestion]) -> dict[str, int]:
    """Read predicted answers of any format.

    Args:
        path (str | Path): The file, such as ``{key: {prediction, answer}}``.
        questions (Mapping[str, VideoQuestion]): The annotated questions by
            key, against which known keys are checked.

    Returns:
        dict[str, int]: Key to the predicted choice, -1 where there is none;
        unknown keys included.

    Raises:
        InputError: If the file is missing or malformed, a prediction is no
            choice, or an answer is not the annotated one.
    """
    return read_prediction_set(path, Kind.ANSWERS,
                               QuestionIndex(questions.values())).answers


def read_spans(path: str | Path,
               normalized: bool = False) -> dict[str, Span]:
    """Read predicted spans of any format.

    Args:
        path (str | Path): The file, such as ``{key: [start, end]}``.
        normalized (bool): Whether the spans are fractions of the duration
            rather than seconds. Defaults to False.

    Returns:
        dict[str, Span]: Key to the first (start, end), in the unit of the
        file; without the questions that have none.

    Raises:
        InputError: If the file is missing or malformed, a span is not
            finite, ends before it starts, or is no fraction although
            ``normalized`` is set.
    """
    found = read_prediction_set(path, Kind.SPANS, QuestionIndex(),
                                normalized=normalized)
    return {key: spans[0] for key, spans in found.spans.items() if spans}


def read_attention(path: str | Path) -> dict[str, np.ndarray]:
    """Read predicted weights of the frames, of any format.

    Args:
        path (str | Path): The file, such as ``{key: [T weights]}``.

    Returns:
        dict[str, np.ndarray]: Key to (T,) weights.

    Raises:
        InputError: If the file is missing or malformed or a weight is not
            finite.
    """
    return read_prediction_set(path, Kind.ATTENTION,
                               QuestionIndex()).attention
