"""One annotated question about a video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Span = tuple[float, float]


@dataclass(frozen=True)
class VideoQuestion:
    """One multiple-choice question about one video.

    Attributes:
        video_id (str): Identifier of the video.
        qid (str): Identifier of the question. It is unique within its video
            in NExT-GQA and within the split in STAR, and it may contain
            underscores.
        question (str): The question.
        choices (tuple[str, ...]): The M candidate answers.
        answer (int, optional): Index of the right choice; None in a test
            split that hides it.
        type (str): Question type, such as ``'CW'``. Defaults to ''.
        spans (tuple[Span, ...]): Ground-truth (start, end) in seconds; empty
            where there are none, as in training. Defaults to ().
        duration (float, optional): Duration of the video in seconds.
            Defaults to None.
    """

    video_id: str
    qid: str
    question: str
    choices: tuple[str, ...]
    answer: int | None
    type: str = ''
    spans: tuple[Span, ...] = ()
    duration: float | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> VideoQuestion:
        """Nothing of it can change, so a copy is the question itself."""
        return self

    @property
    def key(self) -> str:
        """``'{video_id}_{qid}'``, the key of every prediction file."""
        return f'{self.video_id}_{self.qid}'
