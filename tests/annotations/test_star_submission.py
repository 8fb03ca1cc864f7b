import json

import numpy as np
import pytest

from cra_plugin.annotations.star_submission import write_star_submission
from cra_plugin.errors import InputError
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import VideoQuestion


def predict(qid, answer, truth=None):
    question = VideoQuestion('6H78U', qid, 'why', ('a', 'b', 'c', 'd'), truth,
                             qid.partition('_')[0])
    return GroundedAnswer(question, np.arange(2.), None,
                          {'adaptive': (0.0, 1.0)}, answer)


def test_each_type_lists_its_questions(tmp_path):
    path = tmp_path / 'new' / 'run_submission.json'
    write_star_submission(path, [
        predict('Sequence_T1_10', 3), predict('Interaction_T2_1_7', 0, 2),
        predict('Sequence_T1_2', 1)])
    assert json.loads(path.read_text()) == {
        'Interaction': [{'question_id': 'Interaction_T2_1_7', 'answer': 0}],
        'Sequence': [{'question_id': 'Sequence_T1_10', 'answer': 3},
                     {'question_id': 'Sequence_T1_2', 'answer': 1}],
        'Prediction': [], 'Feasibility': []}


def test_other_types_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"6H78U_CW_1, type: found 'CW'.*"
                       'submission=None'):
        write_star_submission(tmp_path / 'a.json', [predict('CW_1', 0)])
    assert not list(tmp_path.iterdir())
