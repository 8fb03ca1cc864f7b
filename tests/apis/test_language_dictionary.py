"""From question files to the language dictionary, with toys and for real."""

import hashlib
import json

import numpy as np
import pytest
from stanza.utils.conll import CoNLL

from cra_plugin.apis.language_dictionary import (
    build_language_dictionary,
    parse_annotations,
)
from cra_plugin.causal_features.cluster_settings import ClusterSettings
from cra_plugin.causal_features.dictionary_file import read_dictionary
from cra_plugin.errors import InputError
from cra_plugin.structures.semantic_graph import NODES
from cra_plugin.utils.files import file_digest
from tests.causal_features.toy_parser import ToyParser

SETTINGS = ClusterSettings(num_clusters=5, seed=3, passes=2)


class ToyEncoder:
    """Vectors that depend on the text alone.

    Args:
        stop_after (int, optional): Fails once it has encoded so many batches.
    """

    name = 'toy encoder'
    width = 6

    def __init__(self, stop_after=None):
        self.stop_after = stop_after
        self.texts = []
        self.num_batches = 0

    def encode(self, texts):
        if self.num_batches == self.stop_after:
            raise KeyboardInterrupt
        self.num_batches += 1
        self.texts += texts
        return np.stack([self.vector(text) for text in texts])

    def vector(self, text):
        seed = hashlib.md5(text.encode()).digest()
        return np.random.default_rng(list(seed)).normal(
            size=self.width).astype(np.float32)


@pytest.fixture
def annotations(tiny_world):
    return [tiny_world / 'train.csv', tiny_world / 'val.csv']


@pytest.fixture
def parses(annotations, tmp_path):
    parse_annotations(annotations, ToyParser(), tmp_path / 'parses.conllu')
    return tmp_path / 'parses.conllu'


def test_what_is_built(annotations, parses, tmp_path):
    out = tmp_path / 'new' / 'language.safetensors'
    encoder = ToyEncoder()
    summary = build_language_dictionary(
        annotations, parses, encoder, out, SETTINGS)
    centers, provenance = read_dictionary(out)
    assert centers.shape == summary.shape == (5, 8, 6)
    assert np.isfinite(centers).all()
    assert provenance['sources'] == [
        [file.name, file_digest(file)] for file in annotations]
    assert provenance['num_samples'] == summary.num_samples
    for key, value in {'kind': 'language', 'parser': 'toy 1', 'seed': 3,
                       'encoder': 'toy encoder', 'num_clusters': 5,
                       'passes': 2, 'nodes': list(NODES)}.items():
        assert provenance[key] == value
    assert str(tmp_path) not in json.dumps(provenance)
    assert list(out.parent.iterdir()) == [out]


def test_the_summary_counts_absent_nodes(annotations, parses, tmp_path):
    summary = build_language_dictionary(
        annotations, parses, ToyEncoder(), tmp_path / 'd.npz', SETTINGS)
    # The toy's words are all nouns.
    for node in ('question_type', 'subject', 'verbs', 'answer_verbs'):
        assert summary.absent[node] == summary.num_samples
        assert f'{node} 100.0 %' in str(summary)
    assert summary.absent['question'] == summary.absent['objects'] == 0
    assert '5 centers of 8 x 6 from' in str(summary)


def test_only_the_right_answers_are_read(annotations, parses, tmp_path):
    encoder = ToyEncoder()
    build_language_dictionary(
        annotations[:1], parses, encoder, tmp_path / 'd.npz', SETTINGS)
    assert len(encoder.texts) == len(set(encoder.texts))
    rows = annotations[0].read_text().splitlines()[1:]
    answers = {row.split(',')[5] for row in rows}
    questions = {row.split(',')[4] for row in rows}
    assert answers | questions <= set(encoder.texts)


def test_as_many_centers_as_questions_are_the_graphs(tmp_path):
    star = [{'question_id': f'Sequence_T1_{i}', 'video_id': 'v',
             'question': question, 'answer': answer,
             'choices': [{'choice_id': j, 'choice': choice} for j, choice
                         in enumerate((answer, 'x', 'y', 'z'))]}
            for i, (question, answer) in enumerate(
                [('What was open?', 'The door.'), ('Who  ran', 'Zoë')])]
    (tmp_path / 'STAR_train.json').write_text(json.dumps(star))
    files = [tmp_path / 'STAR_train.json']
    assert parse_annotations(files, ToyParser(), tmp_path / 'p.conllu') == 4
    encoder = ToyEncoder()
    build_language_dictionary(files, tmp_path / 'p.conllu', encoder,
                              tmp_path / 'd.npz', ClusterSettings(2))
    centers, _ = read_dictionary(tmp_path / 'd.npz')
    vector, nothing = encoder.vector, np.zeros(6)
    first = [vector('What was open?'), nothing, nothing, nothing,
             vector('What was open?'), vector('The door.'), nothing,
             vector('The door.')]
    second = [vector('Who ran'), nothing, nothing, nothing,
              vector('Who ran'), vector('Zoë'), nothing, vector('Zoë')]
    found = sorted(centers.tolist())
    np.testing.assert_allclose(
        found, sorted(np.array([first, second]).tolist()), rtol=1e-5)


@pytest.mark.parametrize('batches', [0, 1, 3])
def test_a_killed_run_ends_with_the_same_bytes(annotations, parses, tmp_path,
                                               batches):
    whole, broken = tmp_path / 'whole.npz', tmp_path / 'broken.npz'
    encoder = ToyEncoder()
    build_language_dictionary(
        annotations, parses, encoder, whole, SETTINGS, batch_size=4)
    with pytest.raises(KeyboardInterrupt):
        build_language_dictionary(annotations, parses, ToyEncoder(batches),
                                  broken, SETTINGS, batch_size=4)
    assert not broken.exists()
    again = ToyEncoder()
    build_language_dictionary(
        annotations, parses, again, broken, SETTINGS, batch_size=4)
    assert again.num_batches == encoder.num_batches - batches
    assert broken.read_bytes() == whole.read_bytes()


def test_wrong_suffix_before_any_work(annotations, tmp_path):
    with pytest.raises(InputError, match=r"suffix '\.pt'"):
        build_language_dictionary(annotations, tmp_path / 'none',
                                  ToyEncoder(), tmp_path / 'd.pt', SETTINGS)


def test_more_centers_than_questions_before_any_work(annotations, tmp_path):
    with pytest.raises(InputError, match=r'--num-clusters: found 9999 .*'
                       'questions'):
        build_language_dictionary(
            annotations, tmp_path / 'none', ToyEncoder(), tmp_path / 'd.npz',
            ClusterSettings(9999))


def test_a_parser_adds_what_the_cache_lacks(annotations, parses, tmp_path):
    parser = ToyParser()
    cache, first, second = (tmp_path / name
                            for name in ('new.conllu', 'a.npz', 'b.npz'))
    build_language_dictionary(annotations, cache, ToyEncoder(), first,
                              SETTINGS, parser)
    assert parser.texts and cache.read_bytes() == parses.read_bytes()
    build_language_dictionary(annotations, parses, ToyEncoder(), second,
                              SETTINGS)
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_parsed_before_the_checks(annotations, tmp_path):
    for out, settings in ((tmp_path / 'd.pt', SETTINGS),
                          (tmp_path / 'd.npz', ClusterSettings(9999))):
        with pytest.raises(InputError):
            build_language_dictionary(
                annotations, tmp_path / 'c.conllu', ToyEncoder(), out,
                settings, ToyParser(stop_after=0))


def test_trees_that_are_missing(annotations, tmp_path):
    parses = tmp_path / 'parses.conllu'
    parse_annotations(annotations[1:], ToyParser(), parses)
    with pytest.raises(InputError, match='no tree for'):
        build_language_dictionary(annotations, parses, ToyEncoder(),
                                  tmp_path / 'd.npz', SETTINGS)


def test_questions_without_answers(tmp_path):
    entry = {'question_id': 'Sequence_T1_0', 'video_id': 'v', 'question': 'q',
             'choices': [{'choice_id': j, 'choice': str(j)}
                         for j in range(4)]}
    (tmp_path / 'STAR_test.json').write_text(json.dumps([entry]))
    with pytest.raises(InputError, match=r'v_Sequence_T1_0: found no answer'):
        parse_annotations([tmp_path / 'STAR_test.json'], ToyParser(),
                          tmp_path / 'p.conllu')


@pytest.mark.parametrize('field', ['num_clusters', 'passes'])
def test_settings_are_checked(field):
    with pytest.raises(InputError, match=field):
        ClusterSettings(**{field: 0})


def test_toy_trees_are_trees(parses):
    for document in CoNLL.conll2multi_docs(parses):
        assert document.sentences[0].words[0].head == 0
