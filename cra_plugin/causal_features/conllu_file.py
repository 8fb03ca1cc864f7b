"""CoNLL-U files of parsed texts, one document per text.

Source: https://universaldependencies.org/format.html. The text of a document
is its ``newdoc id`` where the words spell that, else the ``text`` comments of
its sentences, joined. A file without ``newdoc`` has one sentence per document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from cra_plugin.errors import InputError
from cra_plugin.utils.text_file import read_text
from cra_plugin.utils.text_forms import single_spaced

NUM_COLUMNS = 10


@dataclass(frozen=True)
class StoredParse:
    """A document of a CoNLL-U file, its columns not read yet.

    Attributes:
        text (str): The text that was parsed, normalized.
        lines (str): The document in CoNLL-U.
        parser (str): The comment ``parser`` of its first sentence, '' if
            there is none.
        place (str): File and line, for errors.
    """

    text: str
    lines: str
    parser: str
    place: str


def read_conllu(path: str | Path) -> Iterator[StoredParse]:
    """Read the documents of a CoNLL-U file, in its order.

    Args:
        path (str | Path): The file.

    Yields:
        StoredParse: A document.

    Raises:
        InputError: If there is no such file, it is not UTF-8, a line has
            another number of columns, or the words of a document do not
            spell its text.
    """
    content = read_text(path, 'a CoNLL-U file of parses')
    content = content.replace('\r\n', '\n').replace('\r', '\n')
    sentences = list(_split_sentences(path, content))
    has_documents = any('newdoc' in one.comments for one in sentences)
    document: list[_Sentence] = []
    for sentence in sentences:
        if document and ('newdoc' in sentence.comments or not has_documents):
            yield _join(document)
            document = []
        document.append(sentence)
    if document:
        yield _join(document)


@dataclass(frozen=True)
class _Sentence:
    """The lines of a sentence, its comments and the letters it spells."""

    lines: str
    comments: dict[str, str]
    letters: str
    place: str


def _split_sentences(path: str | Path, content: str) -> Iterator[_Sentence]:
    """Split at blank lines, of which there may be several."""
    numbered = enumerate(content.split('\n'), 1)
    for is_blank, group in groupby(numbered, lambda each: not each[1].strip()):
        if not is_blank:
            numbers, lines = zip(*group)
            yield _read_sentence(lines, path, numbers[0])


def _read_sentence(lines: Sequence[str], path: str | Path,
                   number: int) -> _Sentence:
    """Read comments and words of the sentence that begins at a line."""
    comments: dict[str, str] = {}
    letters = []
    last_covered = 0
    for offset, line in enumerate(lines):
        if line.startswith('#'):
            name, _, value = line[1:].partition('=')
            name = name.strip()
            # `newdoc id = x`, or `newdoc` alone.
            name = 'newdoc' if name.startswith('newdoc') else name
            comments.setdefault(name, single_spaced(value))
            continue
        columns = line.split('\t')
        place = f'{path}, line {number + offset}'
        if len(columns) != NUM_COLUMNS:
            raise InputError(place, f'{len(columns)} columns',
                             f'the {NUM_COLUMNS} of CoNLL-U, between tabs',
                             'parse the texts again')
        identifier, form = columns[:2]
        start, _, end = identifier.partition('-')
        if '.' in start:
            continue  # an empty node of enhanced dependencies spells nothing
        if not (start.isdecimal() and (end or start).isdecimal()):
            raise InputError(place, f'the word number {identifier!r}',
                             'a number or a range', 'parse the texts again')
        if int(start) > last_covered:
            letters.append(form)
            last_covered = int(end or start)
    place = f'{path}, line {number}'
    if not letters:
        raise InputError(place, 'a sentence without words',
                         'one line per word', 'parse the texts again')
    return _Sentence('\n'.join(lines), comments,
                     _letters(''.join(letters)), place)


def _join(sentences: list[_Sentence]) -> StoredParse:
    """Make a document of its sentences and check that it spells its text."""
    first = sentences[0]
    spelled = ''.join(sentence.letters for sentence in sentences)
    joined = single_spaced(' '.join(
        sentence.comments.get('text', '') for sentence in sentences))
    text = first.comments.get('newdoc', '')
    if _letters(text) != spelled:
        if _letters(joined) != spelled:
            raise InputError(
                first.place, f'words that spell {spelled!r} under the text '
                f'{text or joined!r}', 'the words of the text itself',
                'parse the texts again: the file is mixed up or cut off')
        text = joined
    return StoredParse(text, '\n\n'.join(one.lines for one in sentences),
                       first.comments.get('parser', ''), first.place)


def _letters(text: str) -> str:
    """Leave the white space out."""
    return ''.join(text.split())
