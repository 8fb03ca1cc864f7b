"""Words and annotated templates of the tiny treebank.

A template is a line of items. A word is ``form/UPOS/head/deprel``, a symbol
that another template replaces is ``{symbol}/head/deprel``; ``head`` counts
the items of this template from 1, and an item without head is the root.
``{verb_phrase:ing}`` puts the first word of a verb phrase into a form.
"""

from __future__ import annotations

from cra_plugin.simulation.vocabulary import ACTORS, CUES, OBJECTS

# Forms of verbs: past, participle, present participle, third person.
IRREGULAR = {
    line.split()[0]: dict(zip(('past', 'done', 'ing', 's'), line.split()[1:]))
    for line in (
        'be was been being is', 'blow blew blown blowing blows',
        'clap clapped clapped clapping claps',
        'cry cried cried crying cries', 'dance danced danced dancing dances',
        'do did done doing does', 'drink drank drunk drinking drinks',
        'eat ate eaten eating eats', 'fall fell fallen falling falls',
        'feel felt felt feeling feels', 'give gave given giving gives',
        'go went gone going goes', 'have had had having has',
        'hold held held holding holds', 'hug hugged hugged hugging hugs',
        'leave left left leaving leaves', 'make made made making makes',
        'move moved moved moving moves', 'close closed closed closing closes',
        'push pushed pushed pushing pushes', 'put put put putting puts',
        'read read read reading reads', 'ride rode ridden riding rides',
        'run ran run running runs', 'sing sang sung singing sings',
        'sit sat sat sitting sits', 'sleep slept slept sleeping sleeps',
        'smile smiled smiled smiling smiles',
        'stand stood stood standing stands', 'swim swam swum swimming swims',
        'take took taken taking takes', 'throw threw thrown throwing throws',
        'touch touched touched touching touches',
        'watch watched watched watching watches',
        'wave waved waved waving waves',
        'wear wore worn wearing wears', 'wipe wiped wiped wiping wipes')}

# 'her' keeps its form as lemma: the tag does not say which one it is.
LEMMAS = {
    'am': 'be', 'is': 'be', 'are': 'be', 'was': 'be', 'were': 'be',
    'did': 'do', 'does': 'do', 'him': 'he', 'them': 'they', 'an': 'a',
    'hands': 'hand', 'bubbles': 'bubble', 'girls': 'girl', 'boys': 'boy',
    'men': 'man', 'children': 'child', 'ladies': 'lady', 'toys': 'toy',
    'books': 'book', 'balls': 'ball', 'dogs': 'dog', 'glasses': 'glass'}

_NOUNS = {
    'person': (*ACTORS, 'woman', 'person', 'child', 'baby', 'man', 'lady',
               'boy', 'girl', 'dog', 'cat'),
    'people': ('girls', 'boys', 'men', 'children', 'ladies', 'people',
               'dogs'),
    'thing': (*OBJECTS, 'ball', 'box', 'book', 'toy', 'cup', 'phone', 'bag',
              'blanket', 'towel', 'food', 'guitar', 'camera', 'door', 'stone',
              'bottle', 'sandwich', 'hat', 'chair', 'song', 'photo', 'cake'),
    'things': ('toys', 'books', 'balls', 'people', 'dogs', 'glasses'),
    'place': (*OBJECTS, 'playground', 'kitchen', 'park', 'garden', 'room',
              'floor', 'street', 'beach', 'stage', 'table', 'grass', 'snow'),
    'moment': ('end', 'beginning', 'start', 'middle'),
    'dress': ('shirt', 'hat', 'dress', 'jacket')}
_OTHERS = {
    'ADJ': {'adjective': ('small', 'old', 'young', 'big', 'new', 'other'),
            'mood': ('happy', 'tired', 'hungry', 'surprised', 'excited',
                     'sad', 'scared', 'cold')},
    'ADV': {'adverb': (*CUES, 'away', 'forward', 'back', 'again')},
    'NUM': {'number': ('two', 'three', 'four', 'five')},
    'ADP': {'near': ('in', 'on', 'at', 'near', 'by', 'behind'),
            'toward': ('to', 'towards', 'from', 'into', 'around')},
    'PRON': {'he': ('he', 'she', 'they'), 'his': ('his', 'her', 'their'),
             'him': ('him', 'her', 'them')}}

# Transitive verbs, which the passive and questions for the object take.
TRANSITIVE = ('take', 'open', 'hold', 'throw', 'kick', 'push', 'touch',
              'watch', 'hug', 'move', 'close', 'carry', 'pull', 'wipe', 'wear')

VERB_PHRASES = (
    *(f'{verb}/VERB {{thing_phrase}}/1/obj' for verb in TRANSITIVE),
    'pick/VERB up/ADP/1/compound:prt {thing_phrase}/1/obj',
    'put/VERB down/ADP/1/compound:prt {thing_phrase}/1/obj',
    'put/VERB {thing_phrase}/1/obj {spot}/1/obl',
    'throw/VERB {thing_phrase}/1/obj {way}/1/obl',
    'take/VERB {thing_phrase}/1/obj {adverb}/1/advmod',
    'play/VERB with/ADP/3/case {thing_phrase}/1/obl',
    'play/VERB the/DET/3/det {thing}/1/obj',
    'look/VERB at/ADP/3/case {someone}/1/obl',
    'talk/VERB to/ADP/3/case {someone}/1/obl',
    'smile/VERB at/ADP/3/case {someone}/1/obl',
    'give/VERB {him}/1/iobj {thing_phrase}/1/obj',
    'wave/VERB {his}/3/nmod:poss hands/NOUN/1/obj',
    'get/VERB {his}/3/nmod:poss attention/NOUN/1/obj',
    'want/VERB to/PART/3/mark play/VERB/1/xcomp',
    'have/VERB fun/NOUN/1/obj', 'hold/VERB {him}/1/obj',
    'watch/VERB {someone}/1/obj', 'hug/VERB {someone}/1/obj',
    'push/VERB {someone}/1/obj {adverb}/1/advmod',
    'stand/VERB {spot}/1/obl', 'sit/VERB {spot}/1/obl',
    'sleep/VERB {spot}/1/obl', 'swim/VERB {spot}/1/obl',
    'walk/VERB {way}/1/obl', 'run/VERB {way}/1/obl', 'go/VERB {way}/1/obl',
    'move/VERB {adverb}/1/advmod {way}/1/obl',
    'walk/VERB {adverb}/1/advmod', 'jump/VERB {adverb}/1/advmod',
    'leave/VERB the/DET/3/det {place}/1/obj',
    'sit/VERB down/ADP/1/compound:prt', 'stand/VERB up/ADP/1/compound:prt',
    'fall/VERB down/ADP/1/compound:prt', 'climb/VERB up/ADP/1/compound:prt',
    'turn/VERB around/ADV/1/advmod', 'run/VERB away/ADV/1/advmod',
    'laugh/VERB', 'cry/VERB', 'dance/VERB', 'clap/VERB', 'sing/VERB',
    'jump/VERB', 'smile/VERB', 'eat/VERB cake/NOUN/1/obj',
    'drink/VERB water/NOUN/1/obj', 'read/VERB a/DET/3/det book/NOUN/1/obj',
    'sing/VERB a/DET/3/det song/NOUN/1/obj',
    'ride/VERB a/DET/3/det horse/NOUN/1/obj')

GRAMMAR: dict[str, tuple[str, ...]] = {
    **{symbol: tuple(f'{word}/NOUN' for word in words)
       for symbol, words in _NOUNS.items()},
    **{symbol: tuple(f'{word}/{upos}' for word in words)
       for upos, symbols in _OTHERS.items()
       for symbol, words in symbols.items()},
    'colour': tuple(f'{word}/ADJ' for word in (
        'red', 'blue', 'green', 'white', 'black', 'brown')),
    'colour_name': tuple(f'{word}/NOUN' for word in (
        'red', 'blue', 'green', 'white', 'black', 'brown')),
    'verb_phrase': VERB_PHRASES,
    'transitive': tuple(f'{verb}/VERB' for verb in TRANSITIVE),
    'someone': (
        *('the/DET/2/det {person}', ) * 6,
        'the/DET/3/det {adjective}/3/amod {person}',
        *('the/DET/2/det {person} in/ADP/4/case {colour_name}/2/nmod', ) * 2,
        'the/DET/2/det {person} in/ADP/6/case the/DET/6/det '
        '{colour}/6/amod {dress}/2/nmod',
        *('the/DET/3/det {number}/3/nummod {people}', ) * 2,
        'the/DET/2/det {people}',
        'the/DET/2/det {person} and/CCONJ/5/cc the/DET/5/det '
        '{person}/2/conj'),
    'thing_phrase': (
        *('the/DET/2/det {thing}', ) * 4, 'a/DET/2/det {thing}',
        'the/DET/3/det {colour}/3/amod {thing}', 'the/DET/2/det {things}',
        'the/DET/3/det {adjective}/3/amod {thing}',
        '{his}/2/nmod:poss {thing}',
        "the/DET/2/det {person}/4/nmod:poss 's/PART/2/case {thing}"),
    'spot': ('{near}/3/case the/DET/3/det {place}', ),
    'way': ('{toward}/3/case the/DET/3/det {place}', ),
    'clause': (
        'after/SCONJ/2/mark {verb_phrase:ing}',
        'before/SCONJ/2/mark {verb_phrase:ing}',
        'while/SCONJ/2/mark {verb_phrase:ing}',
        'after/SCONJ/3/mark {someone}/3/nsubj {verb_phrase:past}',
        'after/SCONJ/3/mark {he}/3/nsubj {verb_phrase:past}',
        'before/SCONJ/3/mark {someone}/3/nsubj {verb_phrase:past}',
        'when/ADV/3/advmod {someone}/3/nsubj {verb_phrase:past}',
        'while/SCONJ/4/mark {someone}/4/nsubj was/AUX/4/aux '
        '{verb_phrase:ing}',
        'as/SCONJ/3/mark {someone}/3/nsubj {verb_phrase:past}'),
    'time': ('{near}/3/case the/DET/3/det {moment} of/ADP/6/case '
             'the/DET/6/det video/NOUN/3/nmod',
             '{near}/3/case the/DET/3/det {moment}'),
    'question': (
        *(f'what/PRON/4/obj did/AUX/4/aux {{someone}}/4/nsubj do/VERB{rest}'
          for rest in (
              '', ' {clause}/4/advcl', ' {time}/4/obl', ' {clause}/4/advcl',
              ' {adverb}/4/advmod {clause}/4/advcl',
              ' to/ADP/6/case {thing_phrase}/4/obl {clause}/4/advcl',
              ' with/ADP/6/case {thing_phrase}/4/obl')),
        'what/PRON/4/obj does/AUX/4/aux {someone}/4/nsubj do/VERB '
        '{clause}/4/advcl',
        'what/PRON/4/obj will/AUX/4/aux {someone}/4/nsubj do/VERB '
        'next/ADV/4/advmod',
        'what/PRON/6/obj is/AUX/4/cop {someone}/4/nsubj able/ADJ '
        'to/PART/6/mark do/VERB/4/xcomp {clause}/6/advcl',
        'what/PRON/4/obj is/AUX/4/aux {someone}/4/nsubj doing/VERB '
        '{spot}/4/obl',
        'what/PRON/4/obj is/AUX/4/aux {someone}/4/nsubj {transitive:ing}',
        'what/PRON/5/obj are/AUX/5/aux the/DET/4/det {people}/5/nsubj '
        'doing/VERB',
        'what/PRON/4/obl is/AUX/4/aux {someone}/4/nsubj looking/VERB '
        'at/ADP/1/case',
        'what/PRON/2/nsubj happened/VERB {clause}/2/advcl',
        'what/PRON/3/nsubj is/AUX/3/cop {spot}',
        'what/DET/2/det colour/NOUN is/AUX/2/cop {thing_phrase}/2/nsubj',
        'what/PRON/3/nsubj:pass was/AUX/3/aux:pass {transitive:done} '
        'by/ADP/5/case {someone}/3/obl:agent',
        *(f'{word}/ADV/4/advmod {auxiliary}/AUX/4/aux {{someone}}/4/nsubj '
          f'{{verb_phrase:base}}{rest}' for word, auxiliary, rest in (
              ('why', 'did', ''), ('why', 'did', ' {clause}/4/advcl'),
              ('why', 'does', ' {time}/4/obl'), ('how', 'did', ''),
              ('how', 'does', ' {clause}/4/advcl'),
              ('how', 'did', ' {time}/4/obl'))),
        'why/ADV/4/advmod is/AUX/4/aux {someone}/4/nsubj {verb_phrase:ing}',
        'why/ADV/4/advmod was/AUX/4/cop {someone}/4/nsubj {mood}',
        'why/ADV/2/advmod are/VERB there/PRON/2/expl {things}/2/nsubj '
        '{spot}/2/obl',
        'why/ADV/4/advmod was/AUX/4/aux:pass {thing_phrase}/4/nsubj:pass '
        '{transitive:done} by/ADP/6/case {someone}/4/obl:agent',
        'how/ADV/4/advmod does/AUX/4/aux {someone}/4/nsubj react/VERB '
        '{clause}/4/advcl',
        'how/ADV/4/advmod did/AUX/4/aux {someone}/4/nsubj feel/VERB',
        'how/ADV/2/advmod many/ADJ/3/amod {people}/4/nsubj are/VERB '
        'there/PRON/4/expl {spot}/4/obl',
        'which/DET/2/det object/NOUN/4/nsubj:pass was/AUX/4/aux:pass '
        '{transitive:done} by/ADP/6/case {someone}/4/obl:agent',
        'which/DET/2/det object/NOUN/5/obj did/AUX/5/aux {someone}/5/nsubj '
        '{transitive:base} {clause}/5/advcl',
        'who/PRON/2/nsubj {verb_phrase:past}',
        'who/PRON/3/nsubj is/AUX/3/aux {verb_phrase:ing}',
        'who/PRON/4/obj did/AUX/4/aux {someone}/4/nsubj {transitive:base}',
        'who/PRON/3/nsubj:pass was/AUX/3/aux:pass {transitive:done} '
        'by/ADP/5/case {someone}/3/obl:agent',
        'where/ADV is/AUX/1/cop {someone}/1/nsubj',
        'where/ADV/4/advmod did/AUX/4/aux {someone}/4/nsubj '
        '{verb_phrase:base}',
        'where/ADV/4/advmod is/AUX/4/aux this/PRON/4/nsubj happening/VERB',
        'where/ADV/5/advmod was/AUX/5/aux:pass this/DET/4/det '
        'video/NOUN/5/nsubj:pass taken/VERB'),
    'statement': (
        *('{someone}/2/nsubj {verb_phrase:past}', ) * 2,
        '{he}/2/nsubj {verb_phrase:past}',
        '{someone}/3/nsubj is/AUX/3/aux {verb_phrase:ing}',
        '{he}/3/nsubj is/AUX/3/cop {mood}',
        '{thing_phrase}/3/nsubj:pass was/AUX/3/aux:pass {transitive:done} '
        'by/ADP/5/case {someone}/3/obl:agent'),
    'answer': (
        *('{verb_phrase:base}', ) * 5, '{verb_phrase:ing}',
        '{verb_phrase:past}', '{verb_phrase:s}',
        *('to/PART/2/mark {verb_phrase:base}', ) * 3,
        '{thing}', '{thing_phrase}', '{place}', '{spot}', '{mood}',
        '{number}', '{colour}', '{someone}', '{statement}',
        'because/SCONJ/4/mark {he}/4/nsubj is/AUX/4/cop {mood}',
        '{colour}/2/amod {thing}')}

# The questions and answers of the generated worlds, in the order of
# TEMPLATES and ANSWERS of cra_plugin.simulation.vocabulary.
WORLD_QUESTIONS = tuple(
    'what/PRON/5/obj did/AUX/5/aux the/DET/4/det {actor}/5/nsubj do/VERB '
    f'{{cue}}/5/advmod {rest} the/DET/{head}/det {{object}}/8/{relation}'
    for rest, head, relation in (
        ('while/SCONJ/8/mark standing/VERB/5/advcl near/ADP/11/case', 11,
         'obl'),
        ('after/SCONJ/8/mark walking/VERB/5/advcl to/ADP/11/case', 11, 'obl'),
        ('before/SCONJ/8/mark leaving/VERB/5/advcl', 10, 'obj'))) + (
    'why/ADV/5/advmod did/AUX/5/aux the/DET/4/det {actor}/5/nsubj move/VERB '
    '{cue}/5/advmod towards/ADP/9/case the/DET/9/det {object}/5/obl',
    'how/ADV/6/advmod did/AUX/6/aux the/DET/4/det {actor}/6/nsubj '
    '{cue}/6/advmod entertain/VERB the/DET/8/det people/NOUN/6/obj '
    'near/ADP/11/case the/DET/11/det {object}/8/nmod')
WORLD_ANSWERS = (
    'wave/VERB hands/NOUN/1/obj', 'clap/VERB', 'jump/VERB',
    'sing/VERB song/NOUN/1/obj', 'dance/VERB', 'laugh/VERB',
    'eat/VERB cake/NOUN/1/obj', 'drink/VERB water/NOUN/1/obj',
    'throw/VERB ball/NOUN/1/obj', 'kick/VERB stone/NOUN/1/obj',
    'open/VERB box/NOUN/1/obj', 'read/VERB book/NOUN/1/obj',
    'take/VERB photo/NOUN/1/obj', 'play/VERB guitar/NOUN/1/obj',
    'fall/VERB down/ADP/1/compound:prt', 'climb/VERB up/ADP/1/compound:prt',
    'blow/VERB bubbles/NOUN/1/obj', 'turn/VERB around/ADV/1/advmod',
    'hug/VERB toy/NOUN/1/obj', 'point/VERB finger/NOUN/1/obj')
