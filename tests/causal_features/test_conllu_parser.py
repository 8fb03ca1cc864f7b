from pathlib import Path

import pytest

from cra_plugin.causal_features.conllu_parser import CoNLLUParser
from cra_plugin.errors import InputError

FIXTURE = Path(__file__).resolve().parents[1] / 'data' / 'questions.conllu'
TEXT = 'why did the boy fall off the swing'


def test_looks_texts_up_in_any_order():
    parser = CoNLLUParser(FIXTURE)
    assert len(parser) == 60
    first, second, again = parser.parse(['lost his grip', TEXT, f' {TEXT}\n'])
    assert [word.text for word in first.iter_words()] == [
        'lost', 'his', 'grip']
    for document in (second, again):
        words = list(document.iter_words())
        assert [word.upos for word in words[:3]] == ['ADV', 'AUX', 'DET']
        assert words[3].deprel == 'nsubj'


def test_contains_what_it_can_look_up():
    parser = CoNLLUParser(FIXTURE)
    assert TEXT in parser and f'{TEXT} ' in parser
    assert 'what is this' not in parser


def test_texts_without_a_tree_are_counted():
    with pytest.raises(InputError) as caught:
        CoNLLUParser(FIXTURE).require(
            [TEXT, *(f'what is {i}' for i in range(5)), '', 'what is 0'])
    for word in (str(FIXTURE), '5 of 6 texts', 'what is 0', '; and 2 more',
                 'build_causal_features.py parse'):
        assert word in str(caught.value)


def test_empty_texts_need_no_tree():
    CoNLLUParser(FIXTURE).require([TEXT, '', '  '])


@pytest.mark.parametrize(('comment', 'name'), [
    ('', 'parses.conllu'), ('# parser = udpipe 2\n', 'udpipe 2')])
def test_name(tmp_path, comment, name):
    path = tmp_path / 'parses.conllu'
    path.write_text(f'{comment}# text = a\n1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n')
    assert CoNLLUParser(path).name == name


@pytest.mark.parametrize('line', [
    '1\ta\ta\tX\t_\t_\tx\troot\t_\t_',
    '1\ta\ta\tX\t_\t_\t7\tdep\t_\t_'])
def test_malformed_trees(tmp_path, line):
    path = tmp_path / 'parses.conllu'
    path.write_text(f'# text = a\n{line}\n')
    parser = CoNLLUParser(path)
    with pytest.raises(InputError, match='line 1: found a malformed tree'):
        parser.parse(['a'])


@pytest.mark.parametrize('line', [
    '1\ta\ta\t_\tDT\t_\t0\troot\t_\t_', '1\ta\ta\tX\t_\t_\t_\t_\t_\t_',
    '1\ta\ta\tX\t_\t_\t0\t_\t_\t_'])
def test_words_without_tag_head_or_relation(tmp_path, line):
    path = tmp_path / 'parses.conllu'
    path.write_text(f'# text = a\n{line}\n')
    with pytest.raises(InputError, match=r"the word 'a' without"):
        CoNLLUParser(path).parse(['a'])


def test_the_first_of_two_trees_counts(tmp_path):
    path = tmp_path / 'parses.conllu'
    path.write_text('\n'.join(
        f'# text = a\n1\ta\ta\t{tag}\t_\t_\t0\troot\t_\t_\n'
        for tag in ('NOUN', 'VERB')))
    document, = CoNLLUParser(path).parse(['a'])
    assert next(document.iter_words()).upos == 'NOUN'
