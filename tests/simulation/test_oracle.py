import numpy as np
import pytest

from cra_plugin.simulation.oracle import (
    oracle_answer,
    question_frame_weights,
)
from cra_plugin.simulation.word_vectors import text_vector


@pytest.fixture
def frames():
    frames = np.random.default_rng(0).normal(size=(8, 256))
    frames[2:4] += text_vector('black dog', 256) + text_vector('bark', 256)
    frames[6] += text_vector('white cat', 256) + text_vector('sleep', 256)
    return frames


def test_weights_are_a_distribution_on_the_right_frames(frames):
    weights = question_frame_weights(frames, 'what did the black dog do')
    assert weights.sum() == pytest.approx(1)
    assert weights.min() >= 0
    assert weights[2:4].sum() > 0.8


def test_answer_depends_on_the_weights(frames):
    choices = ('sleep', 'run', 'bark')
    dog = question_frame_weights(frames, 'what did the black dog do')
    cat = question_frame_weights(frames, 'what did the white cat do')
    assert oracle_answer(frames, dog, choices) == 2
    assert oracle_answer(frames, cat, choices) == 0


def test_what_does_not_change_is_ignored(frames):
    scene = 3 * text_vector('beach', 256)
    question = 'what did the black dog do at the beach'
    np.testing.assert_allclose(
        question_frame_weights(frames, question),
        question_frame_weights(frames + scene, question),
        rtol=1e-6)


def test_equal_frames_give_equal_weights():
    weights = question_frame_weights(np.ones((4, 8)), 'dog')
    np.testing.assert_allclose(weights, 0.25)
