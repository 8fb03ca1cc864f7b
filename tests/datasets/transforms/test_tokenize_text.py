import numpy as np
import pytest

from cra_plugin.datasets.question_corpus import QuestionCorpus
from cra_plugin.datasets.transforms import TokenizeText
from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import VideoQuestion

TEXTS = ['why', 'he', 'run', 'walk', 'fast']


@pytest.fixture
def folder(make_tokenizer, tmp_path):
    tokenizer = make_tokenizer(
        TEXTS, cls_token='<s>', sep_token='</s>', pad_token='<pad>')
    tokenizer.save_pretrained(tmp_path)
    return str(tmp_path)


def ids(transform, *words):
    vocabulary = transform._table.tokenizer.get_vocab()
    return [vocabulary[word] for word in words]


def sample(question='why he', choices=('run', 'walk fast'), **more):
    return {'question': question, 'choices': list(choices), **more}


def test_pairs_are_as_computed_by_hand(folder):
    transform = TokenizeText(folder, max_length=9)
    results = transform(sample())
    assert ids(transform, '<s>', '<pad>', '</s>') == [0, 1, 2]
    why, he, run, walk, fast = ids(transform, 'why', ' he', ' run', ' walk',
                                   ' fast')
    np.testing.assert_array_equal(results['choice_tokens'], [
        [0, why, he, 2, run, 2, 1, 1, 1],
        [0, why, he, 2, walk, fast, 2, 1, 1]])
    assert results['choice_tokens'].dtype == np.int64
    assert results['choice_mask'].dtype == bool
    np.testing.assert_array_equal(results['choice_mask'].sum(1), [6, 7])
    assert results['choice_mask'][0, :6].all()
    assert 'question_tokens' not in results


def test_candidate_questions_stand_alone(folder):
    transform = TokenizeText(folder, max_length=6)
    results = transform(sample(candidate_questions=[
        'why he', 'run', 'why he run walk fast']))
    why, he, run, first_run, walk = ids(transform, 'why', ' he', ' run',
                                        'run', ' walk')
    np.testing.assert_array_equal(results['question_tokens'], [
        [0, why, he, 2, 1, 1], [0, first_run, 2, 1, 1, 1],
        [0, why, he, run, walk, 2]])
    np.testing.assert_array_equal(results['question_mask'].sum(1), [4, 3, 6])


def test_the_question_is_cut_before_the_choice(folder):
    transform = TokenizeText(folder, max_length=6)
    results = transform(sample('why he run walk fast', [
        'run', 'run walk', 'run walk fast', 'run walk fast run']))
    why, he, run, walk, fast = ids(transform, 'why', ' he', ' run', ' walk',
                                   ' fast')
    np.testing.assert_array_equal(results['choice_tokens'], [
        [0, why, he, 2, run, 2], [0, why, 2, run, walk, 2],
        [0, 2, run, walk, fast, 2], [0, 2, run, walk, fast, 2]])
    assert results['choice_mask'].all()


def test_another_separator(folder):
    transform = TokenizeText(folder, max_length=6, separator='fast')
    [row] = transform(sample('why', ['run']))['choice_tokens']
    assert row.tolist() == ids(transform, '<s>', 'why', 'fast', ' run',
                               'fast', '<pad>')


def test_a_prepared_corpus_is_not_encoded_again(folder, monkeypatch):
    transform = TokenizeText(folder)
    questions = [VideoQuestion('v', str(n), text, ('run', 'walk'), 0)
                 for n, text in enumerate(['why', 'why he', 'why'])]
    transform.prepare(QuestionCorpus(questions, {'v_0': ('he', )}))
    expected = TokenizeText(folder)(sample('he', ['walk', 'run']))
    given = []
    monkeypatch.setattr(transform._table, '_encode', given.append)
    assert len(transform._table) == 5
    for text in ('why', 'why he', 'he'):
        results = transform(sample(text, ['walk', 'run']))
    assert given == []
    np.testing.assert_array_equal(results['choice_tokens'],
                                  expected['choice_tokens'])


def test_bad_input(folder):
    with pytest.raises(InputError, match='load_config fill'):
        TokenizeText()
    with pytest.raises(InputError, match='at least 5'):
        TokenizeText(folder, max_length=4)
    with pytest.raises(InputError, match='asked separator nope'):
        TokenizeText(folder, separator='nope')
    with pytest.raises(InputError, match="without 'question'"):
        TokenizeText(folder)({'choices': []})
