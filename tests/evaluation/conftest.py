"""Questions and predictions to evaluate."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cra_plugin.structures.video_question import VideoQuestion


def make_question(video_id='v1', qid='0', answer=1, spans=((2.0, 6.0), ),
                  type='CW', duration=20.0):
    return VideoQuestion(video_id, qid, 'why', ('a', 'b', 'c', 'd', 'e'),
                         answer, type, spans, duration)


@pytest.fixture
def question() -> Callable[..., VideoQuestion]:
    return make_question


@pytest.fixture
def random_predictions():
    """Questions, answers (N,) and spans (N, 2) in whole seconds."""

    def make(seed, size=120):
        rng = np.random.default_rng(seed)
        questions = []
        for index in range(size):
            spans = np.sort(rng.integers(0, 20, (rng.integers(1, 4), 2)), -1)
            questions.append(
                make_question(
                    f'v{rng.integers(40)}', str(index),
                    int(rng.integers(5)),
                    tuple((float(a), float(b)) for a, b in spans),
                    str(rng.choice(['CW', 'TN', 'TC']))))
        truth = np.array([question.answer for question in questions])
        answers = np.where(rng.random(size) < 0.6, truth,
                           rng.integers(0, 5, size))
        spans = np.sort(rng.integers(0, 20, (size, 2)), -1).astype(float)
        return questions, answers, spans

    return make


@pytest.fixture
def golden(shared_dir) -> Callable[[str], Any]:
    """Read a file of the reference predictions and metrics."""
    folder = shared_dir / 'golden' / 'metrics_val'
    return lambda name: json.loads((folder / f'{name}.json').read_text())
