import json

import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.prediction_files import (
    read_answers,
    read_attention,
    read_spans,
)

NAN = float('nan')


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / 'predictions.json'
        path.write_text(json.dumps(content))
        return path

    return write_file


def test_answers(write, question):
    questions = {'v1_0': question()}
    path = write({'v1_0': {'prediction': 3, 'answer': 1},
                  'elsewhere_1': {'prediction': 7}})
    assert read_answers(path, questions) == {'v1_0': 3, 'elsewhere_1': 7}
    # The choices of an unknown question are unknown, too.
    assert read_answers(write({'elsewhere_1': 'B'}), {}) == {
        'elsewhere_1': -1}


@pytest.mark.parametrize('entry, found', [
    (True, 'found True'), ({'answer': 1}, "{'answer': 1}"),
    ({'prediction': True}, 'field prediction: found True'),
    ({'prediction': 1.5}, 'field prediction: found 1.5'),
    ({'prediction': float('inf')}, 'field prediction: found inf'),
    ({'prediction': {}}, 'field prediction: found {}'),
    ({'prediction': -2}, 'field prediction: found -2; expected 0 to 4, or'),
    ({'prediction': 5}, 'field prediction: found 5; expected 0 to 4'),
    ({'prediction': 0, 'answer': 2}, 'field answer: found 2; expected 1'),
    ({'prediction': 0, 'answer': True}, 'field answer: found True'),
])
def test_faults_of_answers_are_named(write, question, entry, found):
    with pytest.raises(InputError) as caught:
        read_answers(write({'v1_0': entry}), {'v1_0': question()})
    assert 'predictions.json, question v1_0' in str(caught.value)
    assert found in str(caught.value)


def test_answers_that_nobody_knows(write, question):
    key = 'v_a_Sequence_T1_1'
    questions = {key: question('v_a', 'Sequence_T1_1', answer=None)}
    path = write({key: {'prediction': 3, 'answer': None}})
    assert read_answers(path, questions) == {key: 3}
    path = write({'v_a_Sequence_T1_1': {'prediction': 5}})
    with pytest.raises(InputError, match='found 5; expected 0 to 4'):
        read_answers(path, questions)


def test_spans(write):
    path = write({'v1_0': [1, 2.5], 'v1_1': [4, 4]})
    assert read_spans(path) == {'v1_0': (1.0, 2.5), 'v1_1': (4.0, 4.0)}
    # The released windows end up to 32/31 of the duration.
    path = write({'v1_0': [27 / 31, 32 / 31]})
    assert read_spans(path, normalized=True)['v1_0'][1] > 1


@pytest.mark.parametrize('span', [
    3, 'x', [1], [1, 2, 3], [2, 1], [NAN, 1], [0, float('inf')], ['0', 1],
    [False, True], {'start': 0}, {'start': 2, 'end': 1}, [[0, 1], [1]],
    [[[0, 1]]], [[0, 1], [2, 1]], [None, None]
])
def test_faults_of_spans_are_named(write, span):
    with pytest.raises(InputError, match=r'predictions\.json, question v_1'):
        read_spans(write({'v_0': [0, 1], 'v_1': span}))


@pytest.mark.parametrize('span', [
    [1, 2], [[1, 2], [5, 6]], {'start': 1, 'end': 2}, [{'start': 1, 'end': 2}]
])
def test_the_first_span_counts(write, span):
    path = write({'v_0': span, 'v_1': None, 'v_2': []})
    assert read_spans(path) == {'v_0': (1., 2.)}


def test_seconds_are_no_fractions(write):
    with pytest.raises(InputError, match='leave --normalized out'):
        read_spans(write({'v1_0': [12.5, 30.0]}), normalized=True)


def test_attention(write):
    attention = read_attention(write({'v1_0': [0.5, 0.5], 'v2_0': [1]}))
    assert attention['v1_0'].tolist() == [0.5, 0.5]
    assert attention['v2_0'].shape == (1, )


@pytest.mark.parametrize('weights', [None, [], 1.0, [NAN], ['1'], [[0.5]],
                                     [True]])
def test_faults_of_attention_are_named(write, weights):
    with pytest.raises(InputError, match=r'predictions\.json, question v_1'):
        read_attention(write({'v_0': [1.0], 'v_1': weights}))
