"""The parser that looks trees up in existing CoNLL-U files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from stanza.models.common.doc import Document
from stanza.utils.conll import CoNLL

from cra_plugin.causal_features.conllu_file import StoredParse, read_conllu
from cra_plugin.errors import InputError
from cra_plugin.utils.first_few import first_few
from cra_plugin.utils.text_forms import single_spaced


class CoNLLUParser:
    """Reads trees that any parser has written.

    Args:
        path (str | Path): The file, one document per text; see
            :mod:`~cra_plugin.causal_features.conllu_file`.

    Attributes:
        name (str): The parsers that the file names, or its file name.

    Raises:
        InputError: If the file is missing, malformed or mixed up.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path
        self._stored: dict[str, StoredParse] = {}
        for parse in read_conllu(path):
            self._stored.setdefault(parse.text, parse)
        parsers = {parse.parser for parse in self._stored.values()} - {''}
        self.name = ', '.join(sorted(parsers)) or Path(path).name

    def __contains__(self, text: str) -> bool:
        return single_spaced(text) in self._stored

    def __len__(self) -> int:
        return len(self._stored)

    def require(self, texts: Iterable[str]) -> None:
        """Check that the file has a tree for each of these texts.

        Args:
            texts (Iterable[str]): The texts.

        Raises:
            InputError: If some are not in the file: how many, and which.
        """
        wanted = set(map(single_spaced, texts)) - {''}
        missing = sorted(wanted - self._stored.keys())
        if missing:
            shown = first_few(missing, 3, '; ')
            raise InputError(
                self.path,
                f'no tree for {len(missing)} of {len(wanted)} texts ({shown})',
                'a tree for every question and answer, one document per text',
                'parse them too (docs/data_preparation.md); to a cache of '
                'Stanza, tools/build_causal_features.py parse adds them')

    def parse(self, texts: Sequence[str]) -> list[Document]:
        """Look texts up.

        Args:
            texts (Sequence[str]): The texts.

        Returns:
            list[Document]: One document per text, in their order.

        Raises:
            InputError: If a text is missing or its tree is malformed.
        """
        self.require(texts)
        return [self._read(self._stored[single_spaced(t)]) for t in texts]

    @staticmethod
    def _read(parse: StoredParse) -> Document:
        expected = 'CoNLL-U with a tag, a head and a relation each word'
        try:
            document = CoNLL.conll2doc(input_str=f'{parse.lines}\n\n')
        # Stanza checks with assertions and list accesses as well.
        except (ValueError, AssertionError, LookupError) as error:
            raise InputError(parse.place, f'a malformed tree ({error})',
                             expected, 'parse the text again') from error
        for word in document.iter_words():
            if None in (word.upos, word.head, word.deprel):
                raise InputError(
                    parse.place, f'the word {word.text!r} without one of them',
                    expected, 'use a tagger and a parser of Universal '
                    'Dependencies')
        return document
