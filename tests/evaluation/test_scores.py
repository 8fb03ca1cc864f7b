"""Scores of the choices, where files of answers have them."""

import json

import pytest

from cra_plugin.evaluation.formats.prediction_record import Kind
from cra_plugin.evaluation.prediction_set import read_given_predictions
from cra_plugin.evaluation.question_index import QuestionIndex

SCORES = [.1, .2, .4, .2, .1]


@pytest.fixture
def read(tmp_path, question):
    def read_content(content, kind=Kind.ANSWERS, name='p.json'):
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return read_given_predictions(
            {kind: path}, QuestionIndex([question()]))

    return read_content


@pytest.mark.parametrize(('entry', 'answer'), [
    (SCORES, 2),
    ({'scores': SCORES}, 2),
    ({'prediction': 2, 'probs': SCORES}, 2),
    # What the model says counts, whatever the scores.
    ({'prediction': 1, 'logits': SCORES}, 1),
])
def test_scores_are_kept_beside_the_answer(read, entry, answer):
    found = read({'v1_0': entry, 'unknown_1': entry})
    assert found.answers['v1_0'] == answer
    assert {key: each.tolist() for key, each in found.scores.items()} == {
        'v1_0': SCORES}


@pytest.mark.parametrize('scores', [
    None, 'high', SCORES[:4], [*SCORES[:4], 'x'], [*SCORES[:4], None],
    {'a': 1}])
def test_what_is_no_score_for_each_choice_is_left_out(read, scores):
    found = read({'v1_0': {'prediction': 2, 'scores': scores}})
    assert found.answers == {'v1_0': 2} and found.scores == {}


def test_weights_of_five_frames_are_no_scores(read):
    found = read({'v1_0': SCORES}, Kind.ATTENTION)
    assert found.attention['v1_0'].tolist() == SCORES
    assert found.scores == {}
