"""Tell which texts are the same, and group questions that are alike."""

from __future__ import annotations

from collections.abc import Iterable

from cra_plugin.utils.text_forms import comparable

_TYPE_GROUPS = {'C': 'causal', 'T': 'temporal', 'D': 'descriptive'}


def type_group(question_type: str) -> str:
    """Give the group of a question type.

    Args:
        question_type (str): NExT-GQA's two letters, such as ``'CW'``, or
            any other type.

    Returns:
        str: ``'causal'``, ``'temporal'`` or ``'descriptive'`` for two
        letters from C, T or D; any other type is its own group.
    """
    if len(question_type) == 2:
        return _TYPE_GROUPS.get(question_type[0], question_type)
    return question_type


def answer_groups(question: str) -> list[str]:
    """Give the groups of questions that take the same kind of answer.

    Args:
        question (str): As annotated.

    Returns:
        list[str]: From narrow to wide: the first two words (``'how many'``,
        ``'what is'``, ``'what color'``), then the first; empty for an empty
        question.

    Examples:
        >>> answer_groups('How many dogs are there?')
        ['how many', 'how']
    """
    words = comparable(question).split()[:2]
    return [' '.join(words[:size]) for size in range(len(words), 0, -1)]


class ParaphraseGroups:
    """Disjoint sets of texts that ask the same.

    Two questions that share one paraphrase are in one set.
    """

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def join(self, text: str, others: Iterable[str]) -> None:
        """Put ``others`` into the set of ``text``.

        Args:
            text (str): A normalized text.
            others (Iterable[str]): Normalized paraphrases of it.
        """
        for other in others:
            self._parents[self.find(other)] = self.find(text)

    def find(self, text: str) -> str:
        """Give the text that stands for the whole set.

        Args:
            text (str): A normalized text.

        Returns:
            str: The same for all texts of the set; ``text`` itself where it
            was never joined to another.
        """
        root = text
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while text != root:
            self._parents[text], text = root, self._parents[text]
        return root
