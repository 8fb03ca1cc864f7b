"""Time an evaluation against a loop over its questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from cra_plugin.annotations.formats import FORMATS
from cra_plugin.apis.speed_figure import SpeedFigure
from cra_plugin.errors import InputError
from cra_plugin.evaluation.attention_spans import spans_from_attention
from cra_plugin.evaluation.metrics import compute_metrics
from cra_plugin.evaluation.priors import compute_priors
from cra_plugin.evaluation.question_table import QuestionTable
from cra_plugin.evaluation.report import build_report
from cra_plugin.spans.decoding_preset import PRESETS
from cra_plugin.structures.video_question import VideoQuestion

# Of a video whose frame times are not annotated.
_FRAMES = 32
_MAIN = 'adaptive'


def benchmark_evaluation(annotations: str | Path,
                         dataset: str = 'nextgqa',
                         split: str = 'test',
                         rounds: int = 5,
                         loop_questions: int = 500) -> SpeedFigure:
    """Time decoders, metrics and priors on made-up predictions, in turns.

    Plain is one question after the other: its spans by every decoder, their
    metrics and those of the priors. The whole report has more: ``PIoU``,
    each type of question, what is missing. Annotations are read before.

    Args:
        annotations (str | Path): Folder of the annotations.
        dataset (str): Their format. Defaults to 'nextgqa'.
        split (str): A split with spans. Defaults to 'test'.
        rounds (int): How often both are timed. Defaults to 5.
        loop_questions (int): Questions of the loop, at most. Defaults to
            500.

    Returns:
        SpeedFigure: Questions per second of CPU time, medians.

    Raises:
        InputError: If the split has no spans, or nothing is to be timed.
    """
    for name, value in (('--rounds', rounds),
                        ('--loop-questions', loop_questions)):
        if value < 1:
            raise InputError(name, str(value), 'a whole number of at least 1')
    read = FORMATS[dataset].find(annotations, split, True)
    questions = list(read.questions)
    rng = np.random.default_rng(0)
    weights = [rng.dirichlet(np.ones(len(read.frame_times.get(
        question.video_id, range(_FRAMES))))) for question in questions]
    answers = rng.integers(len(questions[0].choices), size=len(questions))
    few = slice(min(loop_questions, len(questions)))

    def ours() -> None:
        build_report(questions, answers, _decode(
            questions, weights, read.frame_times), _MAIN)

    def plain() -> None:
        for question, row, answer in zip(questions[few], weights, answers):
            _evaluate_one(question, row, answer, read.frame_times)

    seconds = [(_seconds(plain), _seconds(ours)) for _ in range(rounds)]
    loop, whole = (median(each) for each in zip(*seconds))
    return SpeedFigure('evaluation', len(questions[few]) / loop,
                       len(questions) / whole, 'questions/s')


def _evaluate_one(question: VideoQuestion, weights: np.ndarray, answer: int,
                  frame_times: Mapping[str, np.ndarray]) -> None:
    """What a loop does with a question."""
    table = QuestionTable.from_questions([question])
    answers = np.array([answer])
    for spans in _decode([question], [weights], frame_times).values():
        compute_metrics(table, answers, spans)
    compute_priors(table, answers)


def _decode(questions: Sequence[VideoQuestion],
            weights: Sequence[np.ndarray],
            frame_times: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Decode spans by every decoder."""
    attention = dict(zip((each.key for each in questions), weights))
    return spans_from_attention(questions, attention, frame_times,
                                PRESETS['paper'])


def _seconds(function: Callable[[], None]) -> float:
    """CPU time of a function."""
    start = time.process_time()
    function()
    return time.process_time() - start
