from collections import Counter

import pytest

from cra_plugin.datasets.transforms import DrawQuestionNegatives, Paraphrase
from cra_plugin.errors import InputError


def test_the_question_shown_is_a_candidate_and_no_other_asks_it(make_sample):
    positions = Counter()
    for seed in range(500):
        sample = DrawQuestionNegatives()(Paraphrase(.5)(make_sample(seed)))
        candidates = sample['candidate_questions']
        assert candidates[sample['gt_question']] == sample['question']
        assert len(set(candidates)) == 5
        same = {'why thing 0 0', 'reworded', 'again'}
        assert same & set(candidates) == {sample['question']}
        positions[sample['gt_question']] += 1
    assert all(abs(positions[n] - 100) < 40 for n in range(5))


@pytest.mark.parametrize('prob', [0, .3, 1])
def test_how_often_from_the_same_video(make_sample, prob):
    draw = DrawQuestionNegatives(4, same_video_prob=prob)
    whole = 0
    for seed in range(600):
        sample = draw(make_sample(seed))
        whole += all(text.startswith('why thing 0')
                     for text in sample['candidate_questions'])
    # all three other questions of the video come by chance 1 in 455 times
    assert abs(whole - 600 * prob) < 60


@pytest.mark.parametrize('number', [2, 3, 16])
def test_number_of_candidates(make_sample, number):
    sample = DrawQuestionNegatives(number)(make_sample())
    assert len(set(sample['candidate_questions'])) == number


def test_bad_input(make_sample):
    with pytest.raises(InputError, match='found 1; expected at least 2'):
        DrawQuestionNegatives(1)
    with pytest.raises(InputError, match='same_video_prob'):
        DrawQuestionNegatives(same_video_prob=2)
    with pytest.raises(InputError, match='found 15 other questions'):
        DrawQuestionNegatives(17)(make_sample())
    sample = make_sample()
    del sample['rng']
    with pytest.raises(InputError, match=r"DrawQuestionNegatives.*'rng'"):
        DrawQuestionNegatives()(sample)
