from zlib import crc32

import numpy as np
import pytest

from cra_plugin.simulation.word_vectors import (
    content_words,
    text_vector,
    word_vector,
)


@pytest.mark.parametrize('text, words', [
    ('What did the Boy do', ('boy', )),
    ("the man's 2 hands", ('man', '2', 'hands')),
    ('stand up', ('stand', 'up')),
    ('ball BALL ball_red', ('ball', 'red')),
    ('why is it', ('why', 'is', 'it')),
    ('élève 犬', ('élève', '犬')),
    ('', ()),
])
def test_content_words(text, words):
    assert content_words(text) == words


def test_word_vector_is_seeded_by_its_crc():
    expected = np.random.default_rng(crc32(b'dog')).standard_normal(
        16, dtype=np.float32)
    np.testing.assert_array_equal(word_vector('dog', 16), expected)


def test_word_vector_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match='read-only'):
        word_vector('dog', 16)[0] = 0


def test_word_vectors_have_unit_variance_and_are_unrelated():
    dog, cat = word_vector('dog', 20000), word_vector('cat', 20000)
    assert dog.var() == pytest.approx(1, abs=0.05)
    assert np.corrcoef(dog, cat)[0, 1] == pytest.approx(0, abs=0.05)


def test_text_vector_by_hand():
    expected = (word_vector('black', 8) + word_vector('dog', 8)) / 2**0.5
    np.testing.assert_allclose(
        text_vector('the black dog', 8), expected, rtol=1e-6)


def test_long_and_short_texts_weigh_the_same():
    for text in ('dog', 'big brown dog chasing yellow rubber ball quickly'):
        assert text_vector(text, 20000).var() == pytest.approx(1, abs=0.06)


def test_text_without_words_is_zero():
    np.testing.assert_array_equal(text_vector(' ?! ', 4), np.zeros(4))
