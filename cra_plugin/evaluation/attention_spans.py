"""Decode spans from the predicted weights of the frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.spans.decoding_preset import DecodingPreset, decode_spans
from cra_plugin.spans.frame_sampling import resolve_frame_times
from cra_plugin.structures.video_question import VideoQuestion


def spans_from_attention(questions: Sequence[VideoQuestion],
                         attention: Mapping[str, np.ndarray],
                         frame_times: Mapping[str, np.ndarray],
                         preset: DecodingPreset,
                         where: str = 'attention') -> dict[str, np.ndarray]:
    """Decode a span for every question with every decoder.

    Args:
        questions (Sequence[VideoQuestion]): N questions with durations.
        attention (Mapping[str, np.ndarray]): Key to (T,) weights; T may
            differ between videos.
        frame_times (Mapping[str, np.ndarray]): Video to (T,) seconds. A
            video that is not in it has frames at the centers of T equal
            parts.
        preset (DecodingPreset): How to decode.
        where (str): Where the weights come from, for messages. Defaults to
            'attention'.

    Returns:
        dict[str, np.ndarray]: Decoder to (N, 2) spans in seconds, NaN where
        ``attention`` lacks the question.

    Raises:
        InputError: If a question has no duration, or not one weight for
            each frame.
    """
    rows = [i for i, q in enumerate(questions) if q.key in attention]
    weights, times, durations = [], [], []
    for question in (questions[row] for row in rows):
        if question.duration is None:
            raise InputError(f'question {question.key}', 'no duration',
                             'the seconds of its video')
        values = attention[question.key]
        durations.append(question.duration)
        weights.append(values)
        times.append(_times_of(question, frame_times, values, where))
    padded, mask = _pad(weights)
    decoded = decode_spans(padded, _pad(times)[0], np.array(durations),
                           preset, mask)
    result = {}
    for name, spans in decoded.items():
        result[name] = np.full((len(questions), 2), np.nan)
        result[name][rows] = spans
    return result


def _times_of(question: VideoQuestion, frame_times: Mapping[str, np.ndarray],
              weights: np.ndarray, where: str) -> np.ndarray:
    """Times (T,) of the frames of a question, as many as weights."""
    times = resolve_frame_times(
        frame_times.get(question.video_id), len(weights), question.duration)
    if len(times) != len(weights):
        raise InputError(f'{where}, question {question.key}',
                         f'{len(weights)} weights',
                         f'{len(times)}, one for each frame time',
                         'predict on the annotated frames')
    return times


def _pad(rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Stack rows of different lengths: (B, T) values and their mask."""
    lengths = np.array([len(row) for row in rows])
    mask = np.arange(lengths.max()) < lengths[:, None]
    values = np.zeros(mask.shape)
    values[mask] = np.concatenate(rows)
    return values, mask
