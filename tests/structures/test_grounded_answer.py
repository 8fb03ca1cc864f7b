import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import VideoQuestion


def answer(spans=((2., 4.), (6., 7.)), duration=10., times=(1., 3., 5.),
           weights=(.2, .6, .2), predicted=0, decoded=(3., 5.),
           scores=(.7, .3)):
    question = VideoQuestion('1', '2', 'why', ('a', 'b'), 1, 'CW', spans,
                             duration)
    return GroundedAnswer(question, np.array(times), np.array(weights),
                          {'window': decoded}, predicted,
                          scores=np.array(scores))


def test_overlaps_take_the_best_of_all_spans():
    assert answer().overlaps((3., 5.)) == pytest.approx((0.5, 1 / 3))
    assert answer().overlaps((6., 6.)) == (1., 0.)
    assert answer(spans=()).overlaps((3., 5.)) == (0., 0.)


@pytest.mark.parametrize('changes, seconds', [
    (dict(), 10.),
    (dict(duration=None), 7.),
    (dict(duration=None, spans=()), 5.),
    (dict(decoded=(0., 11.)), 11.),
])
def test_duration_covers_all(changes, seconds):
    assert answer(**changes).duration == seconds


@pytest.mark.parametrize('bad, field', [
    (dict(weights=(1., 2.)), 'field frame_weights'),
    (dict(times=(), weights=()), 'field frame_times'),
    (dict(weights=(1., 2., np.nan)), 'field frame_weights'),
    (dict(times=(1., np.inf, 2.)), 'field frame_times'),
    (dict(decoded=(np.nan, 2.)), 'span window: found nan at index 0'),
    (dict(scores=(1., np.nan)), 'field scores'),
    (dict(predicted=2), 'predicted'),
    (dict(predicted=-2), 'predicted'),
])
def test_bad_answers(bad, field):
    with pytest.raises(InputError, match=f'question 1_2, {field}'):
        answer(**bad)
