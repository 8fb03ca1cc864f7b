"""What a file says of one question, before it is interpreted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any


class Kind(Enum):
    """What can be predicted."""

    ANSWERS = 'answers'
    SPANS = 'spans'
    ATTENTION = 'attention'


class Absent(Enum):
    """Stands for a field that a file does not have; None is a value."""

    ABSENT = 'absent'


ABSENT = Absent.ABSENT
FIELDS = {Kind.ANSWERS: 'answer', Kind.SPANS: 'spans',
          Kind.ATTENTION: 'weights'}


@dataclass(frozen=True)
class PredictionRecord:
    """What a file says of one question.

    Attributes:
        where (str): The file and the place in it, for messages.
        key (str): The key of the question, or what the file has instead.
        raw (Any): The whole entry, for messages.
        answer (Any): Index, letter or text of a choice, or a score for each;
            -1 or None where the model's output had none. Defaults to ABSENT.
        truth (Any): What the file takes for the right choice. Defaults to
            ABSENT.
        spans (Any): ``[start, end]``, a list of these, ``{start, end}``, or
            None. Defaults to ABSENT.
        weights (Any): A weight for each frame. Defaults to ABSENT.
        confidences (Any): A number for each of the spans. Defaults to ABSENT.
        scores (Any): A score for each choice, beside an answer or instead.
            Defaults to ABSENT.
        normalized (bool, optional): Whether spans are fractions of the
            duration; None where the format does not tell. Defaults to None.
        answer_field (str): The field of the answer, for messages. Defaults
            to 'prediction'.
        truth_field (str): The field of the right choice. Defaults to
            'answer'.
        choices (tuple[str, ...], optional): The choices of the question in
            the order of the file, to which ``answer`` and ``truth`` refer;
            None where it is that of the annotations. Defaults to None.
        free_text (bool): Whether the answer is what a language model wrote,
            so that one that cannot be read is no fault of the file. Defaults
            to False.
        union (bool): Whether all spans count together rather than the first.
            Defaults to False.
    """

    where: str
    key: str
    raw: Any
    answer: Any = ABSENT
    truth: Any = ABSENT
    spans: Any = ABSENT
    weights: Any = ABSENT
    scores: Any = ABSENT
    confidences: Any = ABSENT
    normalized: bool | None = None
    answer_field: str = 'prediction'
    truth_field: str = 'answer'
    choices: tuple[str, ...] | None = None
    free_text: bool = False
    union: bool = False

    def value(self, kind: Kind) -> Any:
        """Give what was predicted of a kind.

        Args:
            kind (Kind): Answers, spans or attention.

        Returns:
            Any: The value, or ABSENT.
        """
        return getattr(self, FIELDS[kind])

    def with_none(self, kind: Kind) -> PredictionRecord:
        """Say that nothing was predicted of a kind, if nothing is said.

        Args:
            kind (Kind): Answers, spans or attention.

        Returns:
            PredictionRecord: The record with None in place of ABSENT.
        """
        if self.value(kind) is not ABSENT:
            return self
        nothing: dict[str, Any] = {FIELDS[kind]: None}
        return replace(self, **nothing)
