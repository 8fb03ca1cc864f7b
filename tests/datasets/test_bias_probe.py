"""Other videos, other questions, and nothing else changed."""

import numpy as np
import pytest

from cra_plugin.datasets.bias_probe import PROBES, BiasProbe
from cra_plugin.datasets.nextgqa import NextGQADataset
from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import VideoQuestion


@pytest.fixture
def make(split):
    return lambda **changes: NextGQADataset(
        **{**split.arguments, 'pipeline': [], 'test_mode': True, **changes})


def samples(dataset):
    return [dataset[index] for index in range(len(dataset))]


def test_every_video_is_shown_as_another_one(make):
    plain, probed = samples(make()), samples(make(probe='shuffled_videos'))
    shown = {}
    for one, other in zip(plain, probed):
        assert not np.array_equal(one['frames'], other['frames'])
        np.testing.assert_array_equal(one['frame_times'],
                                      other['frame_times'])
        for field in ('question_info', 'question', 'choices', 'gt_answer',
                      'video_id'):
            assert one[field] == other[field]
        shown.setdefault(one['video_id'], set()).add(
            other['frames'].tobytes())
    # One for all questions of a video, and each once.
    assert all(len(each) == 1 for each in shown.values())
    assert len(set().union(*shown.values())) == len(shown) == 6
    assert {each['frames'].tobytes() for each in plain} == set().union(
        *shown.values())


def test_every_question_is_asked_of_another_video(make):
    plain, probed = (samples(make()),
                     samples(make(probe='replaced_questions')))
    own = {}
    for each in plain:
        own.setdefault(each['video_id'], set()).add(each['question'])
    for one, other in zip(plain, probed):
        np.testing.assert_array_equal(one['frames'], other['frames'])
        assert other['question'] not in own[one['video_id']]
        for field in ('question_info', 'choices', 'gt_answer'):
            assert one[field] == other[field]


@pytest.mark.parametrize('probe', PROBES)
def test_the_same_again(make, probe):
    first, second = samples(make(probe=probe)), samples(make(probe=probe))
    for one, other in zip(first, second):
        assert one['question'] == other['question']
        np.testing.assert_array_equal(one['frames'], other['frames'])


def test_words_that_are_asked_of_many_videos():
    """The text must be another one, not only another question."""
    questions = [
        VideoQuestion(f'v{video}', str(qid), text, ('a', 'b'), 0)
        for video in range(4) for qid, text in enumerate(
            ['Why?', 'why', f'what of {video}'])]
    probe = BiasProbe('replaced_questions', questions)
    for each in questions:
        assert probe.text(each).lower().strip('?') != (
            each.question.lower().strip('?'))


@pytest.mark.parametrize('probe', PROBES)
def test_nothing_to_put_in_the_place(probe):
    questions = [VideoQuestion('v', str(qid), 'why', ('a', ), 0)
                 for qid in range(3)]
    with pytest.raises(InputError, match='probe a larger split'):
        BiasProbe(probe, questions)


def test_what_is_no_probe(make):
    with pytest.raises(InputError, match=r"dataset\.probe: found 'noise'"):
        make(probe='noise')
    with pytest.raises(InputError, match='extract features from the videos'):
        make(probe='shuffled_videos', features=None)
