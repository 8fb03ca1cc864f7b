import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from cra_plugin.datasets.question_corpus import QuestionCorpus
from cra_plugin.datasets.transforms import TokenizeText
from cra_plugin.errors import InputError
from cra_plugin.simulation.text_model import train_tokenizer
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


@pytest.fixture(scope='module')
def byte_level(tmp_path_factory):
    """A tokenizer that behaves as RoBERTa's, in a folder."""
    folder = tmp_path_factory.mktemp('byte_level')
    train_tokenizer(['why did he run', 'to win'], 280).save_pretrained(folder)
    return str(folder)


def test_candidate_questions_have_a_length_of_their_own(folder):
    transform = TokenizeText(folder, max_length=8, question_max_length=5)
    long = 'why he run walk fast'
    results = transform(sample(long, ['run'], candidate_questions=[
        'why he', long]))
    why, he, run, walk = ids(transform, 'why', ' he', ' run', ' walk')
    np.testing.assert_array_equal(results['question_tokens'], [
        [0, why, he, 2, 1], [0, why, he, run, 2]])
    np.testing.assert_array_equal(results['question_mask'].sum(1), [4, 5])
    np.testing.assert_array_equal(
        results['choice_tokens'], [[0, why, he, run, walk, 2, run, 2]])
    assert 'question_max_length=5' in repr(transform)


@pytest.mark.parametrize('question', ['why did he run', 'Why? 犬 ran!', ''])
@pytest.mark.parametrize('choice', ['to win', 'fast-food', 'élève'])
def test_with_the_space_a_pair_is_the_text_with_a_separator(
        byte_level, question, choice):
    transform = TokenizeText(byte_level, max_length=60,
                             space_before_separator=True)
    whole = transform._table.tokenizer(f'{question} </s> {choice}')
    results = transform(sample(question, [choice]))
    [row], [mask] = results['choice_tokens'], results['choice_mask']
    assert row[mask].tolist() == whole['input_ids']
    assert set(row[~mask]) == {1}


def test_the_space_stays_where_a_pair_is_cut(make_tokenizer, tmp_path):
    make_tokenizer([*TEXTS, ' '], cls_token='<s>', sep_token='</s>',
                   pad_token='<pad>').save_pretrained(tmp_path)
    transform = TokenizeText(str(tmp_path), max_length=8,
                             space_before_separator=True)
    results = transform(sample('why he run', [
        'run', 'walk fast', 'walk fast run walk fast'],
        candidate_questions=['why he run']))
    why, he, run, walk, fast, space = ids(
        transform, 'why', ' he', ' run', ' walk', ' fast', ' ')
    np.testing.assert_array_equal(results['choice_tokens'], [
        [0, why, he, run, space, 2, run, 2],
        [0, why, he, space, 2, walk, fast, 2],
        [0, space, 2, walk, fast, run, walk, 2]])
    assert results['choice_mask'].all()
    np.testing.assert_array_equal(
        results['question_tokens'], [[0, why, he, run, 2, 1, 1, 1]])


def test_no_space_where_the_tokenizer_gives_none(tmp_path):
    plain, asked = (TokenizeText(word_pieces(tmp_path), max_length=5,
                                 space_before_separator=space)
                    for space in (False, True))
    for key, value in plain(sample('why', ['run'])).items():
        np.testing.assert_array_equal(asked(sample('why', ['run']))[key],
                                      value)


def word_pieces(folder):
    """A tokenizer that drops spaces, as BERT's."""
    names = ['[CLS]', '[PAD]', '[SEP]', '[UNK]', 'why', 'run']
    tokenizer = Tokenizer(models.WordLevel(
        {name: index for index, name in enumerate(names)}, '[UNK]'))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, cls_token='[CLS]', sep_token='[SEP]',
        pad_token='[PAD]', unk_token='[UNK]').save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize('name', ['max_length', 'question_max_length'])
@pytest.mark.parametrize('length', [4, -1, 7.5, True, 'many'])
def test_lengths_without_room(folder, name, length):
    with pytest.raises(InputError) as error:
        TokenizeText(folder, **{name: length})
    assert str(error.value).splitlines() == [
        f'TokenizeText.{name}: found {length!r}; expected a whole number, at '
        'least 5: three special tokens and two more']


def test_the_space_needs_room(byte_level):
    TokenizeText(byte_level, 6, space_before_separator=True)
    with pytest.raises(InputError, match='at least 6: three special tokens, '
                                         '1 of the space and two more'):
        TokenizeText(byte_level, 5, space_before_separator=True)


def test_bad_input(folder):
    with pytest.raises(InputError, match='load_config fill'):
        TokenizeText()
    with pytest.raises(InputError, match='asked separator nope'):
        TokenizeText(folder, separator='nope')
    with pytest.raises(InputError, match="without 'question'"):
        TokenizeText(folder)({'choices': []})
