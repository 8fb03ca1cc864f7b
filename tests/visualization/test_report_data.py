import json

import numpy as np
import pytest

from cra_plugin.evaluation.candidate_spans import CandidateSpans
from cra_plugin.evaluation.coverage import Coverage
from cra_plugin.evaluation.joined_predictions import JoinedPredictions
from cra_plugin.evaluation.prediction_set import PredictionSet
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.visualization.report_data import build_report_data

NAN = float('nan')


def ask(qid, answer=1, spans=((2., 6.), ), duration=20.):
    return VideoQuestion('v', qid, 'why', ('a', 'b'), answer, 'CW', spans,
                         duration)


def join(questions, answers, spans, decoder='merged', frame_times=None,
         **predicted):
    return JoinedPredictions(
        Coverage(list(questions), np.ones(len(questions), bool), 0, 0),
        PredictionSet(**predicted),
        None if answers is None else np.array(answers),
        {name: CandidateSpans.from_array(np.array(each))
         for name, each in spans.items()}, decoder,
        frame_times or {}, 0)


def test_what_is_known_of_questions_and_videos():
    joined = join(
        [ask('0'), ask('1', spans=((0., 1.), (8., 9.)))], [1, -1],
        {'window': [[2, 4], [NAN, NAN]], 'merged': [[4, 8], [8, 8]]},
        frame_times={'v': np.array([1.234, 5])},
        attention={'v_0': np.array([.123456, 1e300])},
        scores={'v_1': np.array([.25, 1e-9])})
    data = build_report_data(joined, {'v': 'v.mp4'})
    assert (data['decoders'], data['main']) == (['window', 'merged'], 1)
    assert data['types'] == {'CW': 'CW (causal, why)'}
    assert data['videos'] == {
        'v': {'duration': 20, 'times': [1.23, 5], 'url': 'v.mp4'}}
    first, second = data['questions']
    assert (first['key'], first['predicted'], first['right']) == (
        'v_0', 1, True)
    assert first['spans'] == [[[2, 4]], [[4, 8]]]
    assert first['iop'] == [1, .5] and first['iou'] == [.5, .333]
    # As large as they are, no picture of weights shows more than ratios.
    assert first['weights'][1] < 1e290 and first['scores'] is None
    assert (second['predicted'], second['right']) == (None, False)
    assert second['spans'] == [[], [[8, 8]]]
    assert second['iop'] == [0, 1] and second['iou'] == [0, 0]
    assert second['weights'] is None and second['scores'] == [.25, 1e-9]
    json.dumps(data, allow_nan=False)


def test_spans_that_count_together():
    joined = join([ask('0')], [0], {'spans': [[[2, 4], [8, 10]]]}, 'spans')
    question, = build_report_data(joined, {})['questions']
    assert question['spans'] == [[[2, 4], [8, 10]]]
    assert question['iop'] == [.5] and question['right'] is False


@pytest.mark.parametrize(('answers', 'right', 'spans', 'iop'), [
    (None, None, {'spans': [[2, 4]]}, [1]), ([1], True, {}, [])])
def test_answers_or_spans_alone(answers, right, spans, iop):
    joined = join([ask('0', duration=None)], answers, spans, 'spans')
    data = build_report_data(joined, {})
    question, = data['questions']
    assert (question['right'], question['iop']) == (right, iop)
    assert data['decoders'] == list(spans)
    assert data['videos']['v'] == {
        'duration': None, 'times': None, 'url': None}


def test_a_split_whose_spans_nobody_knows():
    joined = join([ask('0', spans=())], [1], {'spans': [[2, 4]]}, 'spans')
    question, = build_report_data(joined, {})['questions']
    assert question['spans'] == [[[2, 4]]] and question['iop'] == []
