"""NExT-GQA's prediction files: answers, spans and attention by question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cra_plugin.errors import InputError, describe
from cra_plugin.spans.span_extent import LARGEST_FRACTION
from cra_plugin.structures.video_question import Span, VideoQuestion
from cra_plugin.utils.json_file import is_number, is_seconds, read_json_object


def read_answers(path: str | Path,
                 questions: Mapping[str, VideoQuestion]) -> dict[str, int]:
    """Read predicted answers.

    Args:
        path (str | Path): ``{key: {prediction, answer}}``, indices of
            choices; ``answer``, the right one, may be left out.
        questions (Mapping[str, VideoQuestion]): The annotated questions by
            key, against which known keys are checked.

    Returns:
        dict[str, int]: Key to the predicted choice, unknown keys included.

    Raises:
        InputError: If the file is missing or malformed, a prediction is not
            the index of a choice, or an answer is not the annotated one.
    """
    predictions = {}
    for key, entry in read_json_object(path).items():
        where = f'{path}, question {key}'
        if not isinstance(entry, dict) or 'prediction' not in entry:
            raise InputError(where, describe(entry),
                             'an object {prediction, answer}')
        prediction = entry['prediction']
        if type(prediction) is not int or prediction < 0:
            raise InputError(f'{where}, field prediction',
                             describe(prediction),
                             'the index of a choice, from 0')
        question = questions.get(key)
        if question is not None:
            _check_answer(where, prediction, entry, question)
        predictions[key] = prediction
    return predictions


def read_spans(path: str | Path,
               normalized: bool = False) -> dict[str, Span]:
    """Read predicted spans.

    Args:
        path (str | Path): ``{key: [start, end]}``.
        normalized (bool): Whether the spans are fractions of the duration
            rather than seconds. Defaults to False.

    Returns:
        dict[str, Span]: Key to (start, end), in the unit of the file.

    Raises:
        InputError: If the file is missing or malformed, a span is not
            finite, ends before it starts, or is no fraction although
            ``normalized`` is set.
    """
    spans = {}
    for key, span in read_json_object(path).items():
        where = f'{path}, question {key}'
        if (not isinstance(span, list) or len(span) != 2
                or not all(map(is_seconds, span))):
            raise InputError(where, describe(span),
                             '[start, end], two finite numbers of seconds')
        if span[0] > span[1]:
            raise InputError(where, f'the span {describe(span)}',
                             'start <= end')
        if normalized and span[1] > LARGEST_FRACTION:
            raise InputError(where, f'the span {describe(span)}',
                             'fractions of the duration, 0 to 1',
                             'leave --normalized out if these are seconds')
        spans[key] = (float(span[0]), float(span[1]))
    return spans


def read_attention(path: str | Path) -> dict[str, np.ndarray]:
    """Read predicted weights of the frames.

    Args:
        path (str | Path): ``{key: [T weights]}``.

    Returns:
        dict[str, np.ndarray]: Key to (T,) weights.

    Raises:
        InputError: If the file is missing or malformed or a weight is not
            finite.
    """
    attention = {}
    for key, weights in read_json_object(path).items():
        if (not isinstance(weights, list) or not weights
                or not all(map(is_number, weights))):
            raise InputError(f'{path}, question {key}',
                             describe(weights),
                             'a list of finite numbers, one for each frame')
        attention[key] = np.array(weights, dtype=np.float64)
    return attention


def _check_answer(where: str, prediction: int, entry: dict,
                  question: VideoQuestion) -> None:
    """Compare an entry with its annotation."""
    if prediction >= len(question.choices):
        raise InputError(f'{where}, field prediction', str(prediction),
                         f'0 to {len(question.choices) - 1}')
    if question.answer is None:
        return
    answer = entry.get('answer', question.answer)
    # True equals 1, so the type is looked at too.
    if type(answer) is not int or answer != question.answer:
        text = question.choices[question.answer]
        raise InputError(
            f'{where}, field answer', describe(answer),
            f'{question.answer}, the index of {text!r}',
            'predict with the choices in the order of the annotations')
