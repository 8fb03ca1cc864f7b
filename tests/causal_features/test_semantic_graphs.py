from pathlib import Path

import numpy as np
import pytest
from stanza.models.common.doc import Document
from stanza.utils.conll import CoNLL

from cra_plugin.causal_features.semantic_graphs import build_node_texts
from cra_plugin.structures.semantic_graph import NODES
from cra_plugin.utils.text_forms import single_spaced

QUESTIONS = Path(__file__).parents[1] / 'data' / 'questions.conllu'

# By hand: question, question type, subject, verbs, objects; answer, answer
# verbs, answer objects. The trees are in QUESTIONS.
EXPECTED = [
    ('why did the boy fall off the swing', 'why', 'boy', 'fall', 'swing',
     'lost his grip', 'lost', 'grip'),
    ('what did the girl in red do after the ball was kicked away by her '
     'brother', 'what', 'girl', 'do kicked', 'red ball brother',
     'run after it', 'run', ''),
    ('what was thrown into the pond by the tall woman?', 'what', 'what',
     'thrown', 'pond tall woman',
     'a flat stone', '', 'stone'),
    ('The boy drops the cup. What happens next?', 'The', 'boy',
     'drops happens', 'cup',
     'it breaks', 'breaks', ''),
    ('how many dogs in the yard', 'how', '', '', 'many dogs yard',
     'three', '', ''),
    ('where at the end', 'where', '', '', 'end',
     'park', '', 'park'),
    ("why don't the cats come near the water", 'why', 'cats', 'come', 'water',
     "they're scared of it", '', ''),
    ('what does Zoë do at the café', 'what', 'Zoë', 'do', 'café',
     'Zoë orders a crêpe', 'orders', 'crêpe'),
    ('why does 小明 show the 😀 sticker to the camera', 'why', '小明',
     'show', 'sticker camera',
     'to make his friends laugh 😂', 'make laugh', 'friends'),
    ('is the small brown dog happy or tired near the end of the video', 'the',
     'dog', '', 'small brown happy tired end video',
     'happy', '', ''),
    ('what did the man say when the child asked for candy', 'what', 'man',
     'say asked', 'child candy',
     'the man said the shop was empty', 'said', 'shop'),
    ('what does the woman who is wearing a blue hat hold in her hand', 'what',
     'woman', 'wearing hold', 'blue hat hand',
     'a cup that her son gave her', 'gave', 'cup'),
    ('why does the dog chase the other dog', 'why', 'dog', 'chase',
     'other dog',
     'to play with the dog', 'play', 'dog'),
    ('who helps Mary Ann carry the Christmas tree upstairs', 'who', 'who',
     'helps carry', 'Mary Ann Christmas tree',
     'Tom Baker', '', 'Tom Baker'),
    ('how does the baby cross the floor at the start', 'how', 'baby', 'cross',
     'floor start',
     'crawling', 'crawling', ''),
    ('what happened after the boy let go of the rope', 'what', 'what',
     'happened let go', 'boy rope',
     'the boy falls into the water', 'falls', 'water'),
    ('Which object was tidied up by the person?', 'Which', 'object', 'tidied',
     'person',
     'The blanket.', '', 'blanket'),
    ('What will the person do next?', 'What', 'person', 'do', '',
     'Put down the book.', 'Put', 'book'),
    ('Which other object is possible to be opened by the person?', 'Which',
     'object', 'opened', 'other possible person',
     'The closet/cabinet.', '', 'closet cabinet'),
    ('Which object did the person throw after they sat at the table?',
     'Which', 'person', 'throw sat', 'object table',
     'The bag.', '', 'bag'),
    ('what happens to the tower at the end', 'what', 'what', 'happens',
     'tower end',
     'the tower gets knocked over by the cat', 'knocked', 'cat'),
    ('does feeding the ducks make the toddler laugh', 'the', '',
     'feeding make laugh', 'ducks toddler',
     'yes', '', ''),
    ('The problem is that the ladder broke. How did the painter reach the '
     'roof?', 'The', 'problem', 'broke reach', 'ladder painter roof',
     'by standing on a table', 'standing', 'table'),
    ('what is the relationship between the two men', 'what', 'relationship',
     '', 'men',
     'colleagues at work', '', 'colleagues work'),
    ("how did the girl's mother react when she wasn't looking", 'how',
     'mother', 'react looking', 'girl',
     'laughed and waved', 'laughed waved', ''),
    ('the man holds up a sign with "50 % off", why', 'the', 'man', 'holds',
     'sign',
     'to attract customers', 'attract', 'customers'),
    ('what kind of animal?', 'what', '', '', 'kind animal',
     'big and furry', '', ''),
    ("Let's look at the last scene: who opens the door?", "'s", 'who',
     'Let look opens', 'last scene door',
     'nobody', '', ''),
    ('whose turn is it to roll the dice', 'whose', 'it', 'roll', 'turn dice',
     "Ana's", '', 'Ana'),
    ("why can't the two kids on the left reach the cookies that grandma hid",
     'why', 'kids', 'reach hid', 'left cookies grandma',
     'the shelf is too high for them', '', ''),
]


@pytest.fixture(scope='module')
def parses() -> dict[str, Document]:
    return {document.sentences[0].doc_id: document
            for document in CoNLL.conll2multi_docs(str(QUESTIONS))}


def document(*sentences: str) -> Document:
    """A document of ``form/UPOS/deprel`` words, all under the first."""
    return Document([[
        {'id': (index + 1, ), 'text': form, 'upos': tag, 'deprel': relation,
         'head': min(index, 1)}
        for index, (form, tag, relation) in enumerate(
            word.split('/') for word in sentence.split())
    ] for sentence in sentences])


def nodes(question: Document | None, answer: Document | None = None) -> dict:
    return dict(zip(NODES, build_node_texts('q', 'a', question, answer)))


@pytest.mark.parametrize('expected', EXPECTED, ids=lambda row: row[0])
def test_nodes_are_those_found_by_hand(expected, parses):
    question, answer = expected[0], expected[5]
    assert build_node_texts(question, answer, parses[question],
                            parses[answer]) == expected


def test_the_table_and_the_trees_are_of_the_same_texts(parses):
    texts = [text for row in EXPECTED for text in (row[0], row[5])]
    assert list(parses) == texts
    assert len(set(texts)) == 60


def test_trees_are_valid(parses):
    for text, parse in parses.items():
        for sentence in parse.sentences:
            words = sentence.words
            heads = [word.head for word in words]
            assert [word.id for word in words] == list(
                range(1, len(words) + 1)), text
            assert heads.count(0) == 1, text
            assert all(0 <= head <= len(words) for head in heads), text
            for word in words:
                assert (word.deprel == 'root') == (word.head == 0), text
                steps, node = 0, word.id
                while node and steps <= len(words):
                    steps, node = steps + 1, heads[node - 1]
                assert node == 0, f'{text}: a cycle above {word.text}'


def test_words_spell_their_text(parses):
    for text, parse in parses.items():
        spelled = ' '.join(
            ''.join(token.text + token.spaces_after
                    for token in sentence.tokens).strip()
            for sentence in parse.sentences)
        assert spelled == text == single_spaced(text)
        for token in parse.iter_tokens():
            assert ''.join(word.text for word in token.words) == token.text


def test_empty_texts_have_no_words():
    assert build_node_texts('', '', None, None) == ('', ) * len(NODES)
    assert build_node_texts('  \n', '\t', None, None) == ('', ) * len(NODES)


def test_an_empty_answer_leaves_the_question(parses):
    row = EXPECTED[0]
    found = build_node_texts(row[0], '', parses[row[0]], None)
    assert found == (*row[:5], '', '', '')
    found = build_node_texts('', row[5], None, parses[row[5]])
    assert found == ('', ) * 5 + row[5:]


def test_texts_are_normalized_and_words_are_not():
    parse = document('Dogs/NOUN/root BARK/VERB/acl')
    found = build_node_texts('  Dogs\n BARK ', ' a \t b', parse, None)
    assert found == ('Dogs BARK', '', '', 'BARK', 'Dogs', 'a b', '', '')


@pytest.mark.parametrize('relation, subject', [
    ('nsubj', 'b'), ('nsubj:pass', 'b'), ('nsubj:outer', 'b'),
    ('csubj', ''), ('csubj:pass', ''), ('nsubjx', ''), ('obj', '')])
def test_a_subject_is_nominal_and_may_have_a_subtype(relation, subject):
    parse = document(f'a/VERB/root b/NOUN/{relation}')
    assert nodes(parse)['subject'] == subject
    assert nodes(parse)['objects'] == ('' if subject else 'b')
    assert nodes(None, parse)['answer_objects'] == ('' if subject else 'b')


def test_the_subject_leaves_by_position_not_by_spelling():
    first = document('dog/NOUN/obl chases/VERB/root dog/NOUN/nsubj '
                     'dog/NOUN/obj')
    assert nodes(first)['objects'] == 'dog dog'
    second = document('it/PRON/nsubj is/AUX/root', 'dog/NOUN/nsubj x/X/dep')
    assert nodes(second)['subject'] == 'it'
    assert nodes(second)['objects'] == 'dog'


def test_each_text_loses_its_own_subject_only():
    question = document('boy/NOUN/nsubj runs/VERB/root')
    answer = document('boy/NOUN/obj girl/PROPN/nsubj')
    assert nodes(question, answer)['answer_objects'] == 'boy'


def test_type_is_the_first_over_all_sentences():
    parse = document('dogs/NOUN/root', 'then/ADV/root who/PRON/nsubj')
    assert nodes(parse)['question_type'] == 'then'
    assert nodes(document('the/DET/root who/PRON/x'))['question_type'] == 'the'


def test_unlabelled_words_count_for_nothing():
    parse = Document([[{'id': (1, ), 'text': 'word'}]])
    assert set(nodes(parse, parse).values()) == {'q', 'a', ''}


@pytest.mark.parametrize('seed', range(50))
def test_random_trees(seed):
    rng = np.random.default_rng(seed)
    tags = ['PRON', 'ADV', 'DET', 'NOUN', 'PROPN', 'ADJ', 'VERB', 'AUX', 'X']
    relations = ['nsubj', 'nsubj:pass', 'csubj', 'obj', 'det']
    number = iter(range(1000))
    sentences = [[
        (f'w{next(number)}', rng.choice(tags), rng.choice(relations))
        for _ in range(rng.integers(1, 9))
    ] for _ in range(rng.integers(1, 4))]
    parse = document(*(' '.join('/'.join(word) for word in sentence)
                       for sentence in sentences))
    found = nodes(parse, parse)
    rank = {word[0]: place for place, word in enumerate(
        word for sentence in sentences for word in sentence)}
    tag = {word[0]: word[1] for sentence in sentences for word in sentence}
    for node, words in found.items():
        if node in ('question', 'answer'):
            continue
        places = [rank[word] for word in words.split()]
        assert places == sorted(set(places))
    objects = found['objects'].split()
    assert found['subject'] not in objects
    expected = {word for word in tag if tag[word] in ('NOUN', 'PROPN', 'ADJ')}
    assert set(objects) == expected - {found['subject']}
    assert set(found['answer_objects'].split()) == {
        word for word in objects if tag[word] != 'ADJ'}
    assert found['verbs'] == found['answer_verbs']
    assert {tag[word] for word in found['verbs'].split()} <= {'VERB'}
