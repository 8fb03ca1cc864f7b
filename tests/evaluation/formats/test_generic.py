import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.formats.generic import read_generic
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import ABSENT, Kind
from cra_plugin.evaluation.question_index import QuestionIndex


@pytest.fixture
def index(question):
    return QuestionIndex([question('v1', '0'), question('v1', '1'),
                          question('v_2', '0')])


def read(index, content, kind=Kind.ANSWERS, places=()):
    """Key to (answer, spans) of a content."""
    return {record.key: (record.answer, record.spans) for record in
            read_generic(PredictionFile('f', content, places), index, kind)}


def rows(index, *content):
    """The same of the rows of a table."""
    return read(index, list(content),
                places=[f'line {row}' for row in range(len(content))])


@pytest.mark.parametrize('content', [
    {'v1_0': 3}, {'v1_0': {'prediction': 3}}, {'v1_0': {'pred': 3}},
    {'v1': {'0': 3}}, {'v1': {'0': {'prediction': 3, 'answer': 1}}},
    {'data': {'v1_0': {'pred': 3, 'truth': 1}}}, {'results': [
        {'key': 'v1_0', 'prediction': 3}], 'Acc': 0.5},
    [{'video_id': 'v1', 'qid': '0', 'prediction': 3}],
    [{'video': 'v1', 'qid': 0, 'prediction': 3}],
    [{'video': 'a/b/v1.mp4', 'question_id': 0, 'prediction': 3}],
    [{'vid': 'v1', 'qid': 'v1_0', 'prediction': 3}],
    [{'Key': 'v1_0', 'Prediction': 3}], [{'qid': 'v1_0', 'prediction': 3}],
    [{'id': 0, 'qid': 'v1_0', 'prediction': 3}],
    [{'id': 'v1_0', 'prediction': 3}], {'qid': 'v1_0', 'prediction': 3},
    {'0': {'qid': 'v1_0', 'prediction': 3}},
    [{'qid': 'v1_0', 'prediction': 3, 'pred': 3}]])
def test_questions_and_answers_are_found(index, content):
    assert read(index, content) == {'v1_0': (3, ABSENT)}


@pytest.mark.parametrize('entry, spans', [
    ({'span': [1, 2]}, [1, 2]), ({'pred_span': [[1, 2]]}, [[1, 2]]),
    ({'start': 1, 'end': 2}, [1, 2]), ({'pred': [[1, 2]]}, [[1, 2]]),
    ({'start_time': '1', 'end_time': '2.5'}, [1, 2.5]),
    ({'start': '', 'end': ''}, None), ({'span': None}, None),
    ({'spans': []}, [])])
def test_spans_are_found(index, entry, spans):
    assert read(index, {'v_2_0': entry}, Kind.SPANS) == {
        'v_2_0': (ABSENT, spans)}


def test_values_alone_are_what_is_asked_for(index):
    for kind in Kind:
        (record, ) = read_generic(
            PredictionFile('f', {'v1_0': [1, 2]}), index, kind)
        assert [each for each in Kind
                if record.value(each) is not ABSENT] == [kind]


def test_cells_may_hold_lists(index):
    found = rows(index, {'video': 'v1', 'qid': '0', 'span': '[1, 2]',
                         'prediction': '[0, 1, 0, 0, 0]'},
                 {'video': 'v1', 'qid': '1', 'span': '', 'prediction': '[B]'})
    assert found == {'v1_0': ([0, 1, 0, 0, 0], [1, 2]), 'v1_1': ('[B]', None)}


def test_scores_stand_in_for_a_choice(index):
    assert read(index, {'v1_0': {'scores': [1, 2]}})['v1_0'][0] == [1, 2]
    assert read(index, {'v1_0': {'logits': [1, 2], 'prediction': 0}
                        })['v1_0'][0] == 0


def test_unknown_questions_keep_their_names(index):
    assert read(index, {'v9_0': 1, 'v9': {'0': 2}}).keys() == {'v9_0', 'v9'}
    assert read(index, [{'video': 'v9', 'qid': 0, 'prediction': 1},
                        {'qid': '0', 'prediction': 2}]).keys() == {
                            'v9_0', '0'}


@pytest.mark.parametrize('content, words', [
    ([3], 'entry 0: found 3; expected {"v1_0": 3}'),
    ([{'prediction': 3}], "the fields ['prediction']; expected what names"),
    ([{'qid': None, 'prediction': 3}], 'field qid: found the identifier Non'),
    ([{'qid': 1.5, 'prediction': 3}], 'the identifier 1.5'),
    ([{'qid': ' ', 'prediction': 3}], "the identifier ' '"),
    ([{'video': 'v1', 'qid': 'v_2_0', 'prediction': 3}],
     "fields video and qid: found the video 'v1'; expected v_2"),
    ([{'key': 'v1_0', 'prediction': 3, 'pred': 2}],
     'question v1_0: found the fields prediction and pred, which differ'),
    ({'v1_0': {'span': [1, 2], 'pred_span': [1, 3], 'pred': 1}}, 'differ')])
def test_faults_are_named(index, content, words):
    with pytest.raises(InputError) as caught:
        read(index, content)
    assert words in str(caught.value)
