"""Texts with a masked word."""

import logging

import numpy as np
import pytest

from cra_plugin.datasets.transforms import TokenizeMaskPrompts
from cra_plugin.errors import InputError
from cra_plugin.simulation.text_model import train_tokenizer

TEXTS = ["Question: why is the boy running? Is it 'he is late'?. Subtitles:",
         'What question can the video clip answer? Is it']


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp('tokenizer')
    train_tokenizer(TEXTS * 9, 400).save_pretrained(path)
    (path / 'config.json').write_text('{"model_type": "roberta"}')
    return str(path)


@pytest.fixture(scope='module')
def transform(folder):
    return TokenizeMaskPrompts(folder)


def sample(**changes):
    return {'question': 'why is the boy running',
            'choices': ['he is late', 'he hides'], **changes}


def texts(transform, results, kind='choice'):
    rows = zip(results[f'{kind}_tokens'], results[f'{kind}_mask'])
    return [transform._tokenizer.decode(ids[real]) for ids, real in rows]


def test_the_texts(transform):
    results = transform.transform(sample())
    assert texts(transform, results) == [
        "<s>Question: Why is the boy running? Is it 'He is late'?<mask>. "
        'Subtitles:</s>',
        "<s>Question: Why is the boy running? Is it 'He hides'?<mask>. "
        'Subtitles:</s>']
    assert 'question_tokens' not in results
    for name in ('choice_tokens', 'choice_mask'):
        assert results[name].shape == (2, results['choice_mask'].sum(1).max())
    assert results['choice_tokens'].dtype == np.int64


@pytest.mark.parametrize('question', [
    'why is the boy running?', ' why is the boy running ? '])
def test_one_question_mark(transform, question):
    found = transform.transform(sample(question=question))
    assert np.array_equal(found['choice_tokens'],
                          transform.transform(sample())['choice_tokens'])


@pytest.mark.parametrize(('spelling', 'wrong'), [
    ('same', 'Where is he?'), ('released', 'where is he')])
def test_the_spelling_of_candidate_questions(folder, spelling, wrong):
    transform = TokenizeMaskPrompts(folder, question_spelling=spelling)
    results = transform.transform(sample(
        candidate_questions=['where is he', 'why'], gt_question=1))
    start = '<s>Question: What question can the video clip answer? Is it'
    assert texts(transform, results, 'question') == [
        f"{start} '{wrong}'<mask>. Subtitles:</s>",
        f"{start} 'Why?'<mask>. Subtitles:</s>"]


def test_no_choices(transform):
    results = transform.transform(sample(
        choices=[], candidate_questions=['why']))
    assert results['choice_tokens'].shape[0] == 0
    assert results['question_mask'].all()


@pytest.mark.parametrize(('question', 'choice'), [
    ('why ' * 200, 'he is late'), ('why', 'late ' * 200),
    ('why ' * 200, 'late ' * 200), ('é' * 300, 'ü' * 300)])
def test_what_is_too_long_keeps_its_mask(folder, question, choice, caplog):
    transform = TokenizeMaskPrompts(folder, max_length=60)
    with caplog.at_level(logging.WARNING, 'cra_plugin'):
        results = transform.transform(sample(
            question=question, choices=[choice, 'he'],
            candidate_questions=[question]))
    for kind in ('choice', 'question'):
        tokens = results[f'{kind}_tokens']
        assert tokens.shape[1] <= 60
        assert ((tokens == transform._tokenizer.mask_token_id).sum(1) == 1
                ).all()
    ends = results['choice_tokens'][results['choice_mask']]
    assert (ends == transform._tokenizer.sep_token_id).sum() == 2
    assert [each for each in caplog.records
            if 'max_length=60' in each.message]
    if choice == 'he is late':
        assert "Is it 'He is late'?<mask>" in texts(transform, results)[0]


def test_what_is_behind_the_mask_is_cut_without_a_word(folder, caplog):
    transform = TokenizeMaskPrompts(
        folder, max_length=40,
        choice_prompt="{Question} '{answer}' [MASK]" + ' and so on' * 40)
    with caplog.at_level(logging.WARNING, 'cra_plugin'):
        results = transform.transform(sample())
    assert results['choice_tokens'].shape[1] == 40
    assert not caplog.records
    assert texts(transform, results)[0].startswith(
        "<s>Why is the boy running 'he is late'<mask> and")


@pytest.mark.parametrize(('field', 'value'), [
    ('choice_prompt', '{Question} {Answer}'),
    ('choice_prompt', '[MASK] {Question} [MASK]'),
    ('choice_prompt', '{Answer} {sound} [MASK]'),
    ('question_prompt', 'what is asked? [MASK]'),
    ('question_prompt', '{Answer} [MASK]'),
    ('question_spelling', 'loud'), ('max_length', 3), ('tokenizer', None)])
def test_what_is_refused(folder, field, value):
    with pytest.raises(InputError, match=f'TokenizeMaskPrompts.{field}'):
        TokenizeMaskPrompts(**{'tokenizer': folder, field: value})


def test_a_prompt_that_leaves_no_room(folder):
    transform = TokenizeMaskPrompts(
        folder, max_length=8, choice_prompt='so it is ' * 9 + '{Answer}[MASK]')
    with pytest.raises(InputError, match='max_length'):
        transform.transform(sample())


@pytest.mark.parametrize('written', ['[MASK]', '<mask>'])
def test_a_mask_that_a_text_has_is_no_second_one(transform, written):
    results = transform.transform(sample(
        question=f'why {written}', choices=[f'he {written}'],
        candidate_questions=[f'what {written}'], gt_question=0))
    for kind in ('choice', 'question'):
        (text, ) = texts(transform, results, kind)
        assert text.count('<mask>') == 1 and text.endswith('Subtitles:</s>')
        assert written.strip('[]<>') in text.replace('<mask>', '')
