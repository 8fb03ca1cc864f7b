"""The interface of parsers of questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stanza.models.common.doc import Document


class TextParser(Protocol):
    """Turns texts into dependency trees with Universal Dependencies labels.

    Attributes:
        name (str): The parser, its version and its models: two parsers of
            one name give the same trees.
    """

    name: str

    def parse(self, texts: Sequence[str]) -> list[Document]:
        """Parse texts.

        Args:
            texts (Sequence[str]): Texts as :func:`single_spaced` leaves
                them, none empty. A text may hold several sentences.

        Returns:
            list[Document]: One document per text, in their order.
        """
