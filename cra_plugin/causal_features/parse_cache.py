"""A CoNLL-U file that keeps every parse, so that a killed run goes on."""

from __future__ import annotations

import logging
import os
import re
import reprlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track
from stanza.models.common.doc import Document

from cra_plugin.causal_features.conllu_file import read_conllu
from cra_plugin.causal_features.text_parser import TextParser
from cra_plugin.errors import InputError
from cra_plugin.utils.counted import counted
from cra_plugin.utils.files import one_writer
from cra_plugin.utils.output_place import regular_output
from cra_plugin.utils.text_forms import single_spaced

# The first comment of a batch: how many documents and sentences it has.
BATCH = b'# batch = '
BATCH_LINE = re.compile(BATCH + rb'(\d+) documents, (\d+) sentences\s')
logger = logging.getLogger(__name__)


def parse_into_cache(texts: Iterable[str],
                     parser: TextParser,
                     cache: str | Path,
                     batch_size: int = 256) -> int:
    """Parse the texts that the cache does not have yet.

    Texts are parsed in batches, in their order, and appended a batch at a
    time. A batch that was cut off when a run was killed is dropped first:
    the file ends with the same bytes as that of an unbroken run.

    Args:
        texts (Iterable[str]): The texts; empty ones are left out.
        parser (TextParser): The parser.
        cache (str | Path): The CoNLL-U file to write or go on with.
        batch_size (int): Texts a batch. Defaults to 256.

    Returns:
        int: Texts that were parsed now.

    Raises:
        InputError: If the cache is no file, unreadable, mixed up, of another
            parser or being written by another run.
    """
    cache = regular_output(cache)
    cache.parent.mkdir(parents=True, exist_ok=True)
    with one_writer(cache):
        _drop_cut_batch(cache)
        known = _read_known(cache, parser.name)
        wanted = dict.fromkeys(map(single_spaced, texts))
        pending = [text for text in wanted if text and text not in known]
        for batch in _track(pending, batch_size):
            _append(cache, _format(batch, parser))
    return len(pending)


def _track(texts: list[str], size: int) -> Iterator[list[str]]:
    """Give the texts one batch at a time behind a progress bar."""
    batches = [texts[at:at + size] for at in range(0, len(texts), size)]
    return iter(
        track(batches, f'Parsing {counted(len(texts), "text")}',
              console=Console(stderr=True), transient=True))


def _drop_cut_batch(cache: Path) -> None:
    """Cut the file where its last batch begins, if that is not whole."""
    if not cache.is_file():
        return
    lines = cache.read_bytes().splitlines(keepends=True)
    length = sum(map(len, lines))
    if lines and BATCH.startswith(lines[-1]):
        lines.pop()  # cut off inside the first line of a batch
    starts = [i for i, line in enumerate(lines) if line.startswith(BATCH)]
    if starts and _is_cut(lines[starts[-1]:]):
        del lines[starts[-1]:]
    whole = sum(map(len, lines))
    if whole < length:
        logger.warning('%s: the last batch was cut off and is parsed again',
                       cache)
        os.truncate(cache, whole)


def _is_cut(batch: list[bytes]) -> bool:
    """Whether a batch has less than its first line says.

    One that has more, or no names, was edited by hand, and is kept.
    """
    stated = BATCH_LINE.match(batch[0])
    sentences = sum(not line.strip() for line in batch)
    documents = sum(line.startswith(b'# newdoc') for line in batch)
    if not documents and any(line[:1].isdigit() for line in batch):
        return False
    return (stated is None or documents < int(stated[1])
            or sentences < int(stated[2]))


def _batch_line(num_documents: int, num_sentences: int) -> bytes:
    """The first line of a batch, by which it is known to be whole."""
    return BATCH + b'%d documents, %d sentences\n' % (num_documents,
                                                      num_sentences)


def _read_known(cache: Path, name: str) -> set[str]:
    """Read which texts the cache has, all parsed by this parser."""
    if not cache.is_file():
        return set()
    known = set()
    for parse in read_conllu(cache):
        if parse.parser != name:
            raise InputError(
                parse.place, f'a tree by {parse.parser or "no named parser"}',
                f'only trees by {name}, which parses now',
                'name another cache, or use the file as it is with '
                '--parser conllu')
        known.add(parse.text)
    return known


def _format(texts: list[str], parser: TextParser) -> bytes:
    """Parse a batch and write it in CoNLL-U."""
    documents = parser.parse(texts)
    count = sum(len(document.sentences) for document in documents)
    lines = []
    for text, document in zip(texts, documents):
        _check_words(text, document, parser.name)
        lines += [
            f'# newdoc id = {text}', f'# parser = {parser.name}',
            f'{document:C}\n'
        ]
    return _batch_line(len(texts), count) + '\n'.join([*lines, '']).encode()


def _check_words(text: str, document: Document, name: str) -> None:
    """Make sure that the parser kept every letter."""
    spelled = ''.join(
        token.text for sentence in document.sentences
        for token in sentence.tokens)
    if ''.join(spelled.split()) != ''.join(text.split()):
        raise InputError(
            f'the text {reprlib.repr(text)}',
            f'a parse of {reprlib.repr(spelled)} by {name}', 'all its words',
            'shorten or correct the text in the annotations')


def _append(cache: Path, batch: bytes) -> None:
    """Write a batch to the end of the file and through to the disk."""
    with open(cache, 'ab') as file:
        file.write(batch)
        file.flush()
        os.fsync(file.fileno())
