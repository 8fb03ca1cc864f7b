"""StanzaParser, with real pipelines of the tiny models."""

from __future__ import annotations

import json
import random
import shutil
import socket

import pytest
import stanza
import torch

from cra_plugin.causal_features import stanza_parser as module
from cra_plugin.causal_features.conllu_parser import CoNLLUParser
from cra_plugin.causal_features.parse_cache import parse_into_cache
from cra_plugin.causal_features.stanza_parser import StanzaParser
from cra_plugin.errors import InputError

# Universal Dependencies by hand: form/UPOS/head/relation.
TREES = (
    'what/PRON/5/obj did/AUX/5/aux the/DET/4/det lady/NOUN/5/nsubj '
    'do/VERB/0/root slowly/ADV/5/advmod after/SCONJ/8/mark '
    'walking/VERB/5/advcl to/ADP/11/case the/DET/11/det pool/NOUN/8/obl',
    'Which/DET/2/det object/NOUN/4/nsubj:pass was/AUX/4/aux:pass '
    'opened/VERB/0/root by/ADP/7/case the/DET/7/det '
    'person/NOUN/4/obl:agent ?/PUNCT/4/punct',
    'why/ADV/5/advmod is/AUX/5/aux the/DET/4/det baby/NOUN/5/nsubj '
    'crying/VERB/0/root ?/PUNCT/5/punct',
    'what/PRON/5/obl is/AUX/5/aux the/DET/4/det boy/NOUN/5/nsubj '
    'looking/VERB/0/root at/ADP/1/case',
    'pick/VERB/0/root up/ADP/1/compound:prt the/DET/4/det toy/NOUN/1/obj',
    'to/PART/2/mark get/VERB/0/root her/PRON/4/nmod:poss '
    'attention/NOUN/2/obj',
    'The/DET/2/det book/NOUN/0/root ./PUNCT/2/punct',
    'the/DET/3/det blue/ADJ/3/amod ball/NOUN/0/root',
    'playground/NOUN/0/root')


def as_rows(document):
    return [[(word.id, word.text, word.lemma, word.upos, word.head,
              word.deprel, word.start_char, word.end_char)
             for word in sentence.words] for sentence in document.sentences]


def write_again(source, folder):
    return shutil.copytree(source, folder / 'models')


@pytest.fixture
def requests_made(monkeypatch):
    """What asked for the network, which is down."""
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise OSError('the network is down')

    monkeypatch.setattr(socket, 'getaddrinfo', refuse)
    monkeypatch.setattr(socket.socket, 'connect', refuse)
    return asked


@pytest.mark.parametrize('tree', TREES)
def test_trees(stanza_parser, tree):
    words = [tuple(word.split('/')) for word in tree.split()]
    text = ' '.join(word[0] for word in words)
    text = text.replace(' ?', '?').replace(' .', '.')
    document, = stanza_parser.parse([text])
    sentence, = document.sentences
    assert [(word.text, word.upos, str(word.head), word.deprel)
            for word in sentence.words] == words
    assert document.text == text


def test_a_text_of_two_sentences(stanza_parser):
    text = 'The man sat down. He opened the box.'
    document, = stanza_parser.parse([text])
    first, second = document.sentences
    assert (first.text, second.text) == ('The man sat down.',
                                         'He opened the box.')
    assert [word.deprel for word in second.words] == [
        'nsubj', 'root', 'det', 'obj', 'punct']
    assert [word.lemma for word in first.words] == [
        'the', 'man', 'sit', 'down', '.']


def test_a_tree_depends_on_no_other_text(stanza_parser, treebank):
    texts = [' '.join(map(treebank.to_text, text))
             for text in treebank.make_treebank(60, seed=9)]
    texts += ['él çok 🐈 naïve', 'x' * 300, 'the boy ' * 90 + 'laughed']
    expected = dict(zip(texts, map(as_rows, stanza_parser.parse(texts))))
    random.Random(0).shuffle(texts)
    documents = stanza_parser.parse(texts)
    assert [document.text for document in documents] == texts
    for text, document in zip(texts, documents):
        assert as_rows(document) == expected[text]
    for text in texts[:12] + ['él çok 🐈 naïve', 'x' * 300]:
        document, = stanza_parser.parse([text])
        assert as_rows(document) == expected[text]


def test_long_texts_are_parsed_in_pieces(stanza_models, tmp_path, caplog):
    """3,600 words as one sentence would take minutes and 30 GiB."""
    parser = StanzaParser(stanza_models, device='cpu', max_words=30)
    text = 'why did the boy clap after the girl walked ' * 400
    parse_into_cache(['why', text], parser, tmp_path / 'cache.conllu')
    assert ('1 text of more than 30 words, parsed in pieces '
            "('why did the boy") in caplog.text
    short, document = CoNLLUParser(tmp_path / 'cache.conllu').parse(
        ['why', text])
    assert [word.text for word in short.iter_words()] == ['why']
    assert [word.text for word in document.iter_words()] == text.split()
    assert max(len(each.words) for each in document.sentences) == 30
    assert parser.name.endswith(' max_words 30')


def test_no_words_at_all(stanza_models):
    with pytest.raises(InputError, match='set --max-words 200'):
        StanzaParser(stanza_models, max_words=0)


@pytest.mark.parametrize('text', [
    'Wo ist der Bär?', '他在做什么', 'ناقش الفيديو', '🐈', '???', "the baby's",
    '12:30', 'a\u200bb', '½ of the café', '-'])
def test_any_text_has_one_root_a_sentence(stanza_parser, text):
    document, = stanza_parser.parse([text])
    assert document.sentences
    for sentence in document.sentences:
        heads = [word.head for word in sentence.words]
        assert heads.count(0) == 1 and max(heads) <= len(heads)


def test_no_texts_and_equal_texts(stanza_parser):
    assert stanza_parser.parse([]) == []
    first, second = stanza_parser.parse(('clap', 'clap'))
    assert first is not second and as_rows(first) == as_rows(second)


def test_the_worlds_are_parsed_as_annotated(stanza_parser, treebank):
    sentences = [treebank.world_answer(index) for index in range(20)] + [
        treebank.world_question(index, actor, cue, place)
        for index in range(5) for actor, cue, place in (
            ('clown', 'boldly', 'fence'), ('uncle', 'lazily', 'window'))]
    documents = stanza_parser.parse(list(map(treebank.to_text, sentences)))
    for sentence, document in zip(sentences, documents):
        assert [(word.text, word.lemma, word.upos, word.head, word.deprel)
                for word in document.sentences[0].words] == [
                    tuple(word) for word in sentence]


def test_nothing_is_printed_or_requested(
        stanza_models, requests_made, capfd, caplog):
    parser = StanzaParser(str(stanza_models))
    parser.parse(['why did the boy laugh?'])
    assert not requests_made and not caplog.records
    assert capfd.readouterr() == ('', '')


def test_the_name_is_the_models(stanza_parser, stanza_models, tmp_path):
    name = stanza_parser.name
    assert name.rsplit(' ', 1)[0] == f'stanza {stanza.__version__} en default'
    assert len(name.rsplit(' ', 1)[1]) == 12
    folder = write_again(stanza_models, tmp_path)
    assert StanzaParser(folder).name == name
    path = folder / 'en' / 'lemma' / 'tiny.pt'
    model = torch.load(path, weights_only=True)
    model['config']['seed'] += 1
    torch.save(model, path)
    changed = StanzaParser(folder)
    assert changed.name != name
    assert changed.name.rsplit(' ', 1)[0] == name.rsplit(' ', 1)[0]


def test_stanzas_own_folder_and_an_alias(
        stanza_models, stanza_parser, monkeypatch):
    monkeypatch.setattr(module, 'DEFAULT_MODEL_DIR', str(stanza_models))
    parser = StanzaParser(language='english')
    assert parser.name.split()[2:] == ['english', 'default',
                                       stanza_parser.name.split()[-1]]


def test_no_models(tmp_path, requests_made):
    with pytest.raises(InputError) as caught:
        StanzaParser(tmp_path / 'none')
    message = str(caught.value)
    assert str(tmp_path / 'none' / 'resources.json') in message
    assert ('python -c "import stanza; stanza.download(\'en\', model_dir='
            f'\'{tmp_path}/none\')"') in message
    assert '--download' in message and not requests_made


def test_a_missing_model(stanza_models, tmp_path, requests_made):
    folder = write_again(stanza_models, tmp_path)
    path = folder / 'en' / 'pos' / 'tiny.pt'
    path.unlink()
    with pytest.raises(InputError, match='no such file') as caught:
        StanzaParser(folder)
    assert caught.value.where == str(path) and not requests_made


@pytest.mark.parametrize(('missing', 'keys', 'value'), [
    ('mwt', ('packages', 'default', 'mwt'), 'tiny'),
    ('pretrain', ('pos', 'tiny', 'dependencies'),
     [{'model': 'pretrain', 'package': 'tiny'}])])
def test_it_needs_what_the_package_lists(
        stanza_models, tmp_path, missing, keys, value):
    folder = write_again(stanza_models, tmp_path)
    path = folder / 'resources.json'
    resources = json.loads(path.read_text())
    resources['en'][keys[0]][keys[1]][keys[2]] = value
    path.write_text(json.dumps(resources))
    with pytest.raises(InputError, match='no such file') as caught:
        StanzaParser(folder)
    assert caught.value.where == str(folder / 'en' / missing / 'tiny.pt')


@pytest.mark.parametrize(('language', 'package', 'match'), [
    ('fi', 'default', "no language 'fi'"),
    ('en', 'large', "no package 'large'.*one of default")])
def test_unknown_language_or_package(stanza_models, language, package, match):
    with pytest.raises(InputError, match=match):
        StanzaParser(stanza_models, language, package)


@pytest.mark.parametrize(('text', 'match'), [
    ('{', 'not JSON'), ('{"en": {}}', "no valid entry of 'en'"),
    ('{"en": 3}', "no valid entry of 'en'"), ('{}', "no language 'en'")])
def test_damaged_resources(tmp_path, text, match):
    (tmp_path / 'resources.json').write_text(text)
    with pytest.raises(InputError, match=match):
        StanzaParser(tmp_path)


@pytest.mark.parametrize(('processor', 'keep'), [
    ('depparse', 1000), ('tokenize', 0)])
def test_a_damaged_model(stanza_models, tmp_path, processor, keep):
    folder = write_again(stanza_models, tmp_path)
    path = folder / 'en' / processor / 'tiny.pt'
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match='cannot be loaded') as caught:
        StanzaParser(folder)
    assert caught.value.where == str(path)
    assert '\n' not in str(caught.value)


def test_a_model_of_unknown_digest(stanza_models, tmp_path):
    folder = write_again(stanza_models, tmp_path)
    path = folder / 'resources.json'
    resources = json.loads(path.read_text())
    for processor in ('tokenize', 'pos', 'lemma', 'depparse'):
        resources['en'][processor]['tiny'] = {}
    path.write_text(json.dumps(resources))
    assert len(StanzaParser(folder).parse(['clap'])) == 1


def test_a_download_that_fails(tmp_path, requests_made):
    with pytest.raises(InputError, match='could not be fetched') as caught:
        StanzaParser(tmp_path, download=True)
    assert requests_made and 'stanza.download' in str(caught.value)
    assert '--download' not in str(caught.value)


def test_a_download_of_what_is_there(
        stanza_models, stanza_parser, requests_made):
    parser = StanzaParser(stanza_models, download=True)
    assert parser.name == stanza_parser.name and not requests_made
