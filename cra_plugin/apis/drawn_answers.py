"""Turn prediction files into what is drawn of each question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cra_plugin.apis.join_predictions import join_predictions
from cra_plugin.evaluation.candidate_grounding import (
    CandidateGrounding,
    read_candidate_grounding,
)
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.spans.frame_sampling import resolve_frame_times
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import Span
from cra_plugin.utils.files import existing_file
from cra_plugin.visualization.timeline import DrawnAnswer

# Scores may be off by this much in sum to be taken for probabilities.
ROUNDING = 1e-3


def read_drawn_answers(path: str | Path, annotations: str | Path, split: str,
                       dataset: str, preset: str, decoder: str,
                       model: str) -> dict[str, DrawnAnswer]:
    """Read a file of answers, and the weights or spans beside it.

    Args:
        path (str | Path): Answers as ``tools/test.py --dump`` writes them,
            or in another format of docs/predictions.md. The frame weights
            are in ``<stem>_attention.json`` beside it, else the spans in
            ``<stem>_spans.json`` or in the file itself; how every choice
            is grounded in ``<stem>_candidates.json``.
        annotations (str | Path): Folder of the annotations.
        split (str): The split that was predicted.
        dataset (str): Format of the annotations.
        preset (str): How frame weights are decoded.
        decoder (str): The main decoder, of frame weights.
        model (str): What to call who answered.

    Returns:
        dict[str, DrawnAnswer]: Question key to its answer, in the order of
        the annotations.

    Raises:
        InputError: If a file is missing or malformed, or no annotated
            question was predicted.
    """
    file = Path(path)
    beside = {kind: existing_file(file.with_name(f'{file.stem}_{kind}.json'))
              for kind in ('attention', 'spans', 'candidates')}
    attention, spans = beside['attention'], beside['spans']
    joined = join_predictions(
        annotations, split, file, None if attention else spans,
        attention=attention, decoder=decoder, preset=preset, missing='skip',
        dataset=dataset)
    every = beside['candidates']
    candidates = {} if every is None else read_candidate_grounding(
        every, joined.questions, joined.predicted.attention)
    return {question.key: _drawn(joined, row, model, candidates)
            for row, question in enumerate(joined.questions)}


def _drawn(joined: JoinedPredictions, row: int, model: str,
           candidates: Mapping[str, CandidateGrounding]) -> DrawnAnswer:
    """Take one question out of all."""
    question = joined.questions[row]
    weights = joined.predicted.attention.get(question.key)
    times = resolve_frame_times(
        None if weights is None else joined.frame_times.get(
            question.video_id), 1 if weights is None else len(weights),
        question.duration)
    predicted = -1 if joined.answers is None else int(joined.answers[row])
    every = candidates.get(question.key)
    answer = GroundedAnswer(
        question, times, weights, spans=_spans(joined, row),
        predicted=predicted,
        scores=_probabilities(joined.predicted.scores.get(question.key)),
        candidate_weights=None if every is None else every.weights,
        candidate_spans=() if every is None else every.spans)
    return DrawnAnswer(answer, joined.decoder, model=model)


def _spans(joined: JoinedPredictions, row: int) -> dict[str, Span]:
    """Decoder to its span; of several that count together the first."""
    spans: dict[str, Span] = {}
    for name, values in joined.spans.items():
        start, end = np.reshape(values[row], (-1, 2))[0].tolist()
        if np.isfinite([start, end]).all():
            spans[name] = start, end
    return spans


def _probabilities(scores: np.ndarray | None) -> np.ndarray | None:
    """Scores that are probabilities; none where they are others."""
    if scores is None or (scores < 0).any() or (
            abs(scores.sum() - 1) > ROUNDING):
        return None
    return scores
