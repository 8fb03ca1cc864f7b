import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.formats.answer_notation import (
    GivenAnswer,
    read_given_answers,
)

CHOICES = ('hide', 'run away', 'a dog', 'I.', 'Cook it.')
NUMBERS = ('1', '0', '3', '2', 'b')


def read(*values, choices=CHOICES):
    return read_given_answers(
        [GivenAnswer(f'entry {row}', value, choices)
         for row, value in enumerate(values)], 'EXAMPLE')


@pytest.mark.parametrize('value, expected', [
    (0, 0), (4, 4), (2.0, 2), ('3', 3), ('3.0', 3), (' 1 ', 1),
    ('D', 3), ('d', 3), ('(D)', 3), ('D.', 3), ('D)', 3), ('D:', 3),
    ('(B) run away', 1), ('(B)run away', 1), ('B. he runs', 1),
    ('b: run  AWAY.', 1), ('(E) cook it', 4),
    ('run away', 1), ('Run  away.', 1), ('cook it', 4), ('a dog', 2),
    ('i.', 3), ([.1, .2, .5, .1, .1], 2), ([-3, -1, -2, -9, -4], 1),
    (-1, -1), (None, -1), (float('nan'), -1), ('', -1), ('-1', -1),
    ('None', -1), ('nan', -1), (-1.0, -1)])
def test_notations(value, expected):
    assert read(value) == [expected]


@pytest.mark.parametrize('value, found', [
    (True, 'True'), (1.5, '1.5'), ({}, '{}'), ('F', "'F'"), (5, '5'),
    ('5', "'5'"), (-2, '-2'), ('-2', "'-2'"), ('a cat', "'a cat'"),
    ('A dog barks', "'A dog barks'"), ('(B) hide', "'(B) hide'"),
    ('B.run', "'B.run'"), ('C, maybe', "'C, maybe'"), ('²', "'²'"),
    (10**400, '1000'), ([1, 2], '[1, 2]'),
    ([0, 1, 0, 0, float('nan')], 'nan'), ([True] * 5, 'True'),
    ([.2, .4, .4, 0, 0], 'largest score is there twice')])
def test_what_is_no_answer(value, found):
    with pytest.raises(InputError, match='entry 1: found ') as caught:
        read('A', value)
    assert found in str(caught.value)


def test_the_message_shows_what_is_read():
    with pytest.raises(InputError, match=r"'hide', 'run away'.*EXAMPLE\. "
                       'Fix: write -1 or null'):
        read('no idea')


def test_the_first_of_two_alike_choices_counts():
    assert read('xy', choices=('b', 'xy', 'XY.')) == [1]
    assert read('(C) xy', choices=('b', 'xy', 'XY.')) == [2]


def test_the_file_tells_the_notation():
    """The 3 is the text of choice 2; the b of choice 4."""
    # Nothing else is an index: texts.
    assert read('3', 'b', choices=NUMBERS) == [2, 4]
    # 4 is no text: indices.
    assert read('3', '4', choices=NUMBERS) == [3, 4]
    # A letter that is no text: letters.
    assert read('b', 'C', choices=NUMBERS) == [1, 2]
    # What says nothing decides nothing.
    assert read('3', -1, '4', None, choices=NUMBERS) == [3, -1, 4, -1]
    with pytest.raises(InputError, match="found '3', as index choice 3 and as "
                       'text choice 2'):
        read('3', '1', choices=NUMBERS)
    # Both ways mean the same.
    assert read('1', choices=('0', '1')) == [1]


def test_notations_may_be_mixed_where_each_is_clear():
    assert read('B', '(C) a dog', 'hide', 3) == [1, 2, 0, 3]
