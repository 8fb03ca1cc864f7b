import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.question_index import QuestionIndex


@pytest.fixture
def index(question):
    return QuestionIndex([question('v1', '0'), question('v1', '1'),
                          question('v_2', '0')])


def test_by_key(index):
    assert index.find('f', ' v_2_0 ') == 'v_2_0'
    assert index.find('f', 'v_2_9') == 'v_2_9'
    # Two questions have it.
    assert index.find('f', 0) == '0'
    assert index.example == ('v1', '0')


@pytest.mark.parametrize('video, qid, key', [
    ('v1', 1, 'v1_1'), ('v_2', '0', 'v_2_0'), ('v1.mp4', '1', 'v1_1'),
    ('C:\\videos\\v1.mp4', '1', 'v1_1'), ('videos/v_2.mp4', 'v_2_0', 'v_2_0'),
    ('v1', 'v1_1', 'v1_1'), ('v1', 'v1_7', 'v1_7'), ('v1', '7', 'v1_7'),
    (7, 7, '7_7')])
def test_by_video_and_qid(index, video, qid, key):
    assert index.find_pair('f', video, qid) == key


def test_a_key_of_another_video(index):
    with pytest.raises(InputError, match="f: found the video 'v1'; expected "
                       'v_2, which question v_2_0 is about'):
        index.find_pair('f', 'v1', 'v_2_0')


def test_a_qid_alone_where_no_two_share_one(question):
    """As in STAR."""
    index = QuestionIndex([question('v1', 'Sequence_T1_0'),
                           question('v1', 'Sequence_T1_1')])
    assert index.find('f', 'Sequence_T1_1') == 'v1_Sequence_T1_1'
    # Else a running number would be taken for the one question with a qid 7.
    index = QuestionIndex([question('v1', '0'), question('v2', '0'),
                           question('v2', '7')])
    assert index.find('f', '7') == '7'


@pytest.mark.parametrize('identifier', [None, True, 1.5, '', [], {}])
def test_what_is_no_identifier(index, identifier):
    with pytest.raises(InputError, match='f: found the identifier'):
        index.find('f', identifier)


def test_without_questions_keys_stay_as_they_are():
    index = QuestionIndex()
    assert index.find('f', 'v_1') == 'v_1' and index.videos == set()
    assert len(index.example) == 2
