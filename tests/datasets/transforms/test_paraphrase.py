import pytest

from cra_plugin.datasets.transforms import Paraphrase
from cra_plugin.errors import InputError


@pytest.mark.parametrize('prob', [0, .3, 1])
def test_how_often_and_which(make_sample, prob):
    original = make_sample()['question']
    shown = [Paraphrase(prob)(make_sample(seed))['question']
             for seed in range(600)]
    assert abs(sum(text != original for text in shown) - 600 * prob) < 60
    assert prob == 0 or set(shown) - {original} == {'reworded', 'again'}


def test_a_question_without_paraphrase_stays(make_sample):
    question = make_sample.questions[1]
    for seed in range(20):
        sample = Paraphrase(1)(make_sample(seed, question))
        assert sample['question'] == question.question


def test_bad_input(make_sample):
    with pytest.raises(InputError, match=r'Paraphrase\.prob: found 1\.5'):
        Paraphrase(1.5)
    sample = make_sample()
    del sample['corpus']
    with pytest.raises(InputError, match=r"without 'corpus'.*use a dataset"):
        Paraphrase()(sample)
