"""Texts as a pretrained encoder sees them."""

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.simulation.encoded_texts import EncodedTexts
from cra_plugin.simulation.oracle import (
    oracle_answer,
    question_frame_weights,
)


def test_by_hand():
    vectors = np.array([[1., 10.], [3., 10.], [5., 40.], [7., 40.]])
    look = EncodedTexts(tuple('abcd'), vectors)
    np.testing.assert_allclose(look('a', 2), [-3 / 5**0.5, -1], rtol=1e-6)
    np.testing.assert_allclose(look('d', 2), [3 / 5**0.5, 1], rtol=1e-6)


def test_a_projection_keeps_lengths_and_angles():
    vectors = np.random.default_rng(0).normal(size=(50, 48))
    texts = tuple(map(str, range(50)))
    look = EncodedTexts(texts, vectors)
    wide = np.array([look(text, 20000) for text in texts])
    narrow = np.array([look(text, 48) for text in texts])
    np.testing.assert_allclose(wide @ wide.T / 20000, narrow @ narrow.T / 48,
                               atol=0.05)
    assert (look('7', 20000) == EncodedTexts(texts, vectors)('7', 20000)).all()


def test_the_oracle_looks_through_the_same_eyes():
    texts = ('dog', 'cat', 'bark', 'sleep')
    look = EncodedTexts(
        texts, np.random.default_rng(0).normal(size=(4, 96)))
    frames = np.random.default_rng(1).normal(size=(8, 96))
    frames[5] += 2 * (look('cat', 96) + look('sleep', 96))
    weights = question_frame_weights(frames, 'cat', look)
    assert weights.argmax() == 5
    assert oracle_answer(frames, weights, ('bark', 'sleep'), look) == 1


def test_one_text_has_no_variance():
    with pytest.raises(InputError, match='at least 2'):
        EncodedTexts(('a', ), np.ones((1, 4)))
