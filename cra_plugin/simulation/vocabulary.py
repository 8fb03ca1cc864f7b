"""The words of the generated worlds."""

from __future__ import annotations

from typing import NamedTuple


class Template(NamedTuple):
    """How a type of question is asked.

    Attributes:
        type (str): Question type of NExT-GQA.
        text (str): The question, with the fields actor, cue and object.
    """

    type: str
    text: str


ACTORS = ('man', 'lady', 'boy', 'girl', 'uncle', 'teacher', 'singer', 'doctor',
          'grandmother', 'clown', 'farmer', 'sailor')

OBJECTS = ('table', 'sofa', 'fence', 'car', 'tree', 'piano', 'pool', 'tent',
           'ladder', 'window')

ANSWERS = ('wave hands', 'clap', 'jump', 'sing song', 'dance', 'laugh',
           'eat cake', 'drink water', 'throw ball', 'kick stone', 'open box',
           'read book', 'take photo', 'play guitar', 'fall down', 'climb up',
           'blow bubbles', 'turn around', 'hug toy', 'point finger')

# The language confounder: the cue at a place favors the answer at that place.
CUES = ('slowly', 'quickly', 'calmly', 'happily', 'loudly', 'quietly',
        'suddenly', 'carefully', 'proudly', 'gently', 'eagerly', 'boldly',
        'lazily', 'nervously', 'cheerfully', 'politely', 'playfully',
        'bravely', 'clumsily', 'secretly')

TEMPLATES = (
    Template('TC',
             'what did the {actor} do {cue} while standing near the {object}'),
    Template('TN',
             'what did the {actor} do {cue} after walking to the {object}'),
    Template('TP',
             'what did the {actor} do {cue} before leaving the {object}'),
    Template('CW', 'why did the {actor} move {cue} towards the {object}'),
    Template(
        'CH',
        'how did the {actor} {cue} entertain the people near the {object}'),
)
