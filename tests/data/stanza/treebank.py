"""Generates a small treebank of video questions and answers, in own words.

Its sentences resemble those of NExT-GQA and STAR and carry UPOS tags,
lemmas, heads and relations of Universal Dependencies (CoNLL-U, version 2).
Every question and answer of the generated worlds of cra_plugin follows one
of its templates.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from treebank_grammar import (
    GRAMMAR,
    IRREGULAR,
    LEMMAS,
    VERB_PHRASES,
    WORLD_ANSWERS,
    WORLD_QUESTIONS,
)

from cra_plugin.simulation.vocabulary import ACTORS, CUES, OBJECTS

ENDINGS = {'base': '', 'past': 'ed', 'done': 'ed', 'ing': 'ing', 's': 's'}
_GLUED = ("'s", '?', '.')
_SHARE_OF_WORLD = 0.2


class Word(NamedTuple):
    """A line of CoNLL-U.

    Attributes:
        form (str): The word as written.
        lemma (str): Its lemma.
        upos (str): Its universal part of speech.
        head (int): Which word it depends on, from 1; 0 for the root.
        deprel (str): The universal relation to it.
    """

    form: str
    lemma: str
    upos: str
    head: int
    deprel: str


Sentence = list[Word]


def inflect(verb: str, form: str) -> str:
    """Put a verb into a form.

    Args:
        verb (str): The lemma.
        form (str): A key of ENDINGS.

    Returns:
        str: The form.
    """
    return IRREGULAR.get(verb, {}).get(form, verb + ENDINGS[form])


_VERBS = {template.split('/')[0] for template in VERB_PHRASES} | set(IRREGULAR)
_LEMMAS = {inflect(verb, form): verb for verb in sorted(_VERBS)
           for form in ENDINGS} | {'happened': 'happen',
                                   'happening': 'happen'} | LEMMAS


def expand(template: str, rng: random.Random,
           fills: Mapping[str, str] = {}) -> Sentence:
    """Turn a template into a sentence.

    Args:
        template (str): As in treebank_grammar.
        rng (random.Random): Chooses among the templates of a symbol.
        fills (Mapping[str, str]): Templates for further symbols. Defaults
            to {}.

    Returns:
        Sentence: Its words.
    """
    parts, links = [], []
    for item in template.split():
        name, *link = item.split('/')
        if name.startswith('{'):
            parts.append(_expand_symbol(name[1:-1], rng, fills))
        else:
            upos, *link = link
            lemma = LEMMAS.get(name, name) if upos == 'NOUN' else (
                _LEMMAS.get(name, name))
            parts.append([Word(name, lemma, upos, 0, 'root')])
        links.append((int(link[0]), link[1]) if link else (0, 'root'))
    return _join(parts, links)


def _expand_symbol(symbol: str, rng: random.Random,
                   fills: Mapping[str, str]) -> Sentence:
    """Replace a symbol, with its first word in the form it asks for."""
    symbol, _, form = symbol.partition(':')
    if symbol in fills:
        return expand(fills[symbol], rng)
    template = rng.choice(GRAMMAR[symbol])
    if form:
        verb = template.split('/')[0]
        first, *others = expand(template, rng)
        return [first._replace(form=inflect(verb, form), lemma=verb), *others]
    return expand(template, rng, fills)


def _join(parts: Sequence[Sentence],
          links: Sequence[tuple[int, str]]) -> Sentence:
    """Number the words of parts and link the root of each."""
    starts = [sum(map(len, parts[:index])) for index in range(len(parts))]
    roots = [start + 1 + [word.head for word in part].index(0)
             for start, part in zip(starts, parts)]
    joined = []
    for start, part, (head, deprel) in zip(starts, parts, links):
        for word in part:
            if word.head:
                word = word._replace(head=start + word.head)
            else:
                word = word._replace(
                    head=roots[head - 1] if head else 0, deprel=deprel)
            joined.append(word)
    return joined


def finish(sentence: Sentence, mark: str = '',
           capital: bool = False) -> Sentence:
    """Write a sentence as annotators do: with a final mark, a capital.

    Args:
        sentence (Sentence): Its words.
        mark (str): The final mark. Defaults to '', none.
        capital (bool): Whether it starts with one. Defaults to False.

    Returns:
        Sentence: Its words with the mark, which depends on the root.
    """
    root = 1 + [word.head for word in sentence].index(0)
    if capital:
        first = sentence[0]
        form = first.form[0].upper() + first.form[1:]
        sentence = [first._replace(form=form), *sentence[1:]]
    return sentence + [Word(mark, mark, 'PUNCT', root, 'punct')] * bool(mark)


def to_text(sentence: Sentence) -> str:
    """Write a sentence as plain text.

    Args:
        sentence (Sentence): Its words.

    Returns:
        str: The text.
    """
    return ''.join(word.form if word.form in _GLUED else f' {word.form}'
                   for word in sentence).strip()


def to_conllu(sentence: Sentence) -> str:
    """Write a sentence as a block of CoNLL-U.

    Args:
        sentence (Sentence): Its words.

    Returns:
        str: The block with the empty line that ends it.
    """
    lines = [f'# text = {to_text(sentence)}']
    following = [word.form for word in sentence[1:]] + ['']
    for number, (word, after) in enumerate(zip(sentence, following), 1):
        space = 'SpaceAfter=No' if after in _GLUED else '_'
        lines.append('\t'.join((
            str(number), word.form, word.lemma, word.upos, '_', '_',
            str(word.head), word.deprel, '_', space)))
    return '\n'.join(lines) + '\n\n'


def world_question(index: int, actor: str, cue: str, place: str) -> Sentence:
    """Annotate a question of the generated worlds.

    Args:
        index (int): Which of its TEMPLATES.
        actor (str): One of its ACTORS.
        cue (str): One of its CUES.
        place (str): One of its OBJECTS.

    Returns:
        Sentence: Its words.
    """
    return expand(WORLD_QUESTIONS[index], random.Random(0), {
        'actor': f'{actor}/NOUN', 'cue': f'{cue}/ADV',
        'object': f'{place}/NOUN'})


def world_answer(index: int) -> Sentence:
    """Annotate an answer of the generated worlds.

    Args:
        index (int): Which of its ANSWERS.

    Returns:
        Sentence: Its words.
    """
    return expand(WORLD_ANSWERS[index], random.Random(0))


def _any_sentence(rng: random.Random) -> Sentence:
    """Draw a question or an answer, of the generated worlds or not."""
    if rng.random() < _SHARE_OF_WORLD:
        if rng.random() < 0.35:
            return world_answer(rng.randrange(len(WORLD_ANSWERS)))
        return world_question(
            rng.randrange(len(WORLD_QUESTIONS)), rng.choice(ACTORS),
            rng.choice(CUES), rng.choice(OBJECTS))
    if rng.random() < 0.6:
        return finish(expand('{question}', rng), rng.choice(['', '?']),
                      rng.random() < 0.3)
    return finish(expand('{answer}', rng), rng.choice(['', '', '.']),
                  rng.random() < 0.3)


def _any_text(rng: random.Random) -> list[Sentence]:
    """Draw a text of one sentence or, in some cases, two."""
    kind = rng.random()
    if kind > 0.16:
        return [_any_sentence(rng)]
    capital = rng.random() < 0.6
    symbol, mark = ('{question}', '?') if kind < 0.05 else ('{statement}', '.')
    return [finish(expand(symbol, rng), mark, capital),
            finish(expand('{statement}', rng), rng.choice(['', '.']), capital)]


def make_treebank(sentences: int, seed: int,
                  excluded: Sequence[Sequence[Sentence]] = (
                  )) -> list[list[Sentence]]:
    """Generate texts of one or two sentences.

    Args:
        sentences (int): How many sentences at least.
        seed (int): Another seed gives other texts.
        excluded (Sequence[Sequence[Sentence]]): Texts whose sentences must
            not come again. Defaults to ().

    Returns:
        list[list[Sentence]]: The sentences of each text. Without excluded
        texts, every answer of the generated worlds comes first.
    """
    rng = random.Random(seed)
    known = {to_text(sentence) for text in excluded for sentence in text}
    texts = [] if excluded else [
        [world_answer(index)] for index in range(len(WORLD_ANSWERS))]
    while sum(map(len, texts)) < sentences:
        text = _any_text(rng)
        if not known.intersection(map(to_text, text)):
            texts.append(text)
    return texts
