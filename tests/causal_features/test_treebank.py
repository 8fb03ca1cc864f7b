"""The generated treebank of the tiny Stanza models."""

from __future__ import annotations

import itertools
import random

import pytest
from stanza.utils.conll import CoNLL

from cra_plugin.simulation.vocabulary import (
    ACTORS,
    ANSWERS,
    CUES,
    OBJECTS,
    TEMPLATES,
)


@pytest.fixture(scope='module')
def texts(treebank):
    return treebank.make_treebank(600, seed=1)


def assert_tree(sentence):
    heads = [word.head for word in sentence]
    assert heads.count(0) == 1
    assert all(0 <= head <= len(heads) for head in heads)
    for node in range(1, len(heads) + 1):
        visited = set()
        while node:
            assert node not in visited, 'a cycle'
            visited.add(node)
            node = heads[node - 1]
    for word in sentence:
        assert word.form and word.lemma and word.upos
        assert (word.deprel == 'root') == (word.head == 0)


def test_every_sentence_is_a_tree(texts):
    sentences = [sentence for text in texts for sentence in text]
    assert len(sentences) >= 600
    for sentence in sentences:
        assert_tree(sentence)
    assert {len(text) for text in texts} == {1, 2}
    found = {word.deprel for sentence in sentences for word in sentence}
    assert {'nsubj', 'nsubj:pass', 'obl:agent', 'advcl', 'nmod:poss', 'obj',
            'iobj', 'expl', 'conj', 'xcomp', 'compound:prt'} <= found


def test_every_template_gives_a_tree(treebank):
    rng = random.Random(0)
    for template in itertools.chain.from_iterable(
            treebank.GRAMMAR.values()):
        assert_tree(treebank.expand(template, rng))


def test_stanza_reads_the_conllu(treebank, texts):
    sentences = [sentence for text in texts for sentence in text]
    document = CoNLL.conll2doc(
        input_str=''.join(map(treebank.to_conllu, sentences)))
    assert len(document.sentences) == len(sentences)
    for read, made in zip(document.sentences, sentences):
        assert read.text == treebank.to_text(made)
        assert [(word.text, word.lemma, word.upos, word.head, word.deprel)
                for word in read.words] == [tuple(word) for word in made]


def test_a_seed_fixes_it_and_dev_shares_no_sentence(treebank, texts):
    assert treebank.make_treebank(600, seed=1) == texts
    dev = treebank.make_treebank(80, 2, excluded=texts)
    known = {treebank.to_text(sentence) for text in texts
             for sentence in text}
    assert not known & {treebank.to_text(sentence) for text in dev
                        for sentence in text}


def test_it_annotates_the_generated_worlds(treebank):
    for index, template in enumerate(TEMPLATES):
        for actor, cue, place in zip(ACTORS, CUES, OBJECTS):
            sentence = treebank.world_question(index, actor, cue, place)
            assert_tree(sentence)
            assert treebank.to_text(sentence) == template.text.format(
                actor=actor, cue=cue, object=place)
    answers = [treebank.world_answer(index) for index in range(len(ANSWERS))]
    assert [treebank.to_text(answer) for answer in answers] == list(ANSWERS)


def test_marks_and_capitals(treebank):
    sentence = treebank.finish(treebank.expand(
        "the/DET/2/det dog/NOUN/4/nmod:poss 's/PART/2/case ball/NOUN",
        random.Random(0)), '.', capital=True)
    assert treebank.to_text(sentence) == "The dog's ball."
    assert sentence[-1] == ('.', '.', 'PUNCT', 4, 'punct')
    assert sentence[0].lemma == 'the'
    lines = treebank.to_conllu(sentence).splitlines()
    assert [line.split('\t')[-1] for line in lines[1:6]] == [
        '_', 'SpaceAfter=No', '_', 'SpaceAfter=No', '_']


def test_verbs_are_inflected(treebank):
    assert [treebank.inflect('open', form) for form in treebank.ENDINGS] == [
        'open', 'opened', 'opened', 'opening', 'opens']
    assert treebank.inflect('take', 'done') == 'taken'
    first = treebank.expand('{transitive:ing}', random.Random(1))[0]
    assert first.form.endswith('ing') and not first.lemma.endswith('ing')
