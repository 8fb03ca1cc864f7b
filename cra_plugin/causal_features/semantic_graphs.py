"""Parses of a question and its answer, read as eight text nodes."""

from __future__ import annotations

from collections.abc import Iterable

from stanza.models.common.doc import Document, Word

from cra_plugin.structures.semantic_graph import NODES, NodeTexts
from cra_plugin.utils.text_forms import single_spaced

QUESTION_TYPE_TAGS = ('PRON', 'ADV', 'DET')
# Auxiliaries (AUX: 'is', 'did', 'can') say nothing of what happens.
VERB_TAGS = ('VERB', )
QUESTION_OBJECT_TAGS = ('NOUN', 'PROPN', 'ADJ')
ANSWER_OBJECT_TAGS = ('NOUN', 'PROPN')


def build_node_texts(question: str, answer: str,
                     question_parse: Document | None,
                     answer_parse: Document | None) -> NodeTexts:
    """Build the semantic structure graph of a question and its answer.

    The nodes are those of CRA (arXiv 2503.07635), the tags and relations
    those of Universal Dependencies v2. Where the paper is silent:

    * Words are syntactic words (``don't`` is two) in their surface form.
      They keep their order, and their number where one occurs twice.
    * A text of several sentences is read as one row of words: one question
      type and one subject, the first of all sentences.
    * The subject is the word with relation ``nsubj`` or a subtype of it
      (``nsubj:pass``, ``nsubj:outer``), alone, without its modifiers. A
      clause (``csubj``) is no subject: its head is a verb, which is a verb
      node already. A question word may be the subject (``who falls``).
    * The subject leaves the objects by its position: another word of the
      same spelling stays, as do the subjects of other clauses.

    Args:
        question (str): The question.
        answer (str): The right answer.
        question_parse (Document, optional): The parse of the question; None
            for an empty text, which has no words.
        answer_parse (Document, optional): The parse of the answer; None for
            an empty text.

    Returns:
        NodeTexts: The texts of the 8 nodes in the order of ``NODES``, words
        joined by one blank, '' where there is none.
    """
    question_words = _list_words(question_parse)
    answer_words = _list_words(answer_parse)
    subject = _find_subject(question_words)
    nodes = {
        'question': single_spaced(question),
        'question_type': _join(
            _select(question_words, QUESTION_TYPE_TAGS)[:1]),
        'subject': '' if subject is None else subject.text,
        'verbs': _join(_select(question_words, VERB_TAGS)),
        'objects': _join(
            _select(question_words, QUESTION_OBJECT_TAGS, subject)),
        'answer': single_spaced(answer),
        'answer_verbs': _join(_select(answer_words, VERB_TAGS)),
        'answer_objects': _join(
            _select(answer_words, ANSWER_OBJECT_TAGS,
                    _find_subject(answer_words))),
    }
    return tuple(nodes[node] for node in NODES)


def _list_words(parse: Document | None) -> list[Word]:
    """List the syntactic words of all sentences."""
    return [] if parse is None else list(parse.iter_words())


def _find_subject(words: Iterable[Word]) -> Word | None:
    """Find the first nominal subject, of whatever subtype."""
    for word in words:
        if word.deprel is not None and word.deprel.split(':')[0] == 'nsubj':
            return word
    return None


def _select(words: Iterable[Word],
            tags: tuple[str, ...],
            excluded: Word | None = None) -> list[Word]:
    """Select the words with one of the tags, except one word."""
    return [
        word for word in words if word.upos in tags and word is not excluded
    ]


def _join(words: Iterable[Word]) -> str:
    """Join the surface forms by one blank."""
    return ' '.join(word.text for word in words)
