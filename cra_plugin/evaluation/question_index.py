"""Find annotated questions by what files call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import Any

from cra_plugin.errors import InputError, describe
from cra_plugin.evaluation.formats.answer_notation import plain_text
from cra_plugin.structures.video_question import VideoQuestion


class QuestionIndex:
    """Finds questions by key, by video and qid, or by a qid of its own.

    A qid by itself counts where no two questions of the split share one, as
    in STAR.

    Args:
        questions (Iterable[VideoQuestion]): All annotated questions; none
            where the keys of files are to be kept as they are. Defaults to
            ().
    """

    def __init__(self, questions: Iterable[VideoQuestion] = ()) -> None:
        self.by_key = {question.key: question for question in questions}
        counts = Counter(question.qid for question in self.by_key.values())
        # Else a running number in a file would be taken for some qid.
        self._by_qid = {
            question.qid: key for key, question in self.by_key.items()
        } if max(counts.values(), default=0) == 1 else {}
        self._by_video: dict[str, list[VideoQuestion]] = {}
        for question in self.by_key.values():
            self._by_video.setdefault(question.video_id, []).append(question)

    @property
    def videos(self) -> Collection[str]:
        """The videos of all questions."""
        return self._by_video.keys()

    @property
    def example(self) -> tuple[str, str]:
        """Video and qid of a question, for messages."""
        for question in self.by_key.values():
            return question.video_id, question.qid
        return '4882821564', '1'

    def find(self, where: str, identifier: Any) -> str:
        """Find a question by one identifier.

        Args:
            where (str): Where it stands, for messages.
            identifier (Any): A key, or a qid of its own.

        Returns:
            str: The key; the identifier itself where no question has it.

        Raises:
            InputError: If it is neither text nor a whole number.
        """
        text = _as_text(where, identifier)
        if text in self.by_key:
            return text
        return self._by_qid.get(text, text)

    def find_asked(self, video: str, question: str) -> list[VideoQuestion]:
        """Find questions by the video and the words.

        Args:
            video (str): The video, or a path of its file.
            question (str): The question.

        Returns:
            list[VideoQuestion]: Those that are asked of the video in these
            words.
        """
        words = plain_text(question)
        return [each for each in self.of_video(video)
                if plain_text(each.question) == words]

    def of_video(self, video: str) -> list[VideoQuestion]:
        """Find the questions about a video.

        Args:
            video (str): The video, or a path of its file.

        Returns:
            list[VideoQuestion]: All of them.
        """
        for name in _names(video):
            if name in self._by_video:
                return self._by_video[name]
        return []

    def find_pair(self, where: str, video: Any, qid: Any) -> str:
        """Find a question by its video and its qid.

        Args:
            where (str): Where they stand, for messages.
            video (Any): The video, or a path of its file.
            qid (Any): The qid, or the key.

        Returns:
            str: The key; ``{video}_{qid}`` where no question has it.

        Raises:
            InputError: If one is neither text nor a whole number, or the qid
                is the key of a question on another video.
        """
        name, text = _as_text(where, video), _as_text(where, qid)
        names = _names(name)
        for each in names:
            if f'{each}_{text}' in self.by_key:
                return f'{each}_{text}'
        found = self.find(where, text)
        question = self.by_key.get(found)
        if question is None:
            return found if found.startswith(f'{name}_') else f'{name}_{text}'
        if question.video_id not in names:
            raise InputError(
                where, f'the video {describe(name)}',
                f'{question.video_id}, which question {text} is about',
                'correct one of them')
        return found


def _names(video: str) -> tuple[str, str]:
    """What a video may be called: its name, or the stem of its file."""
    return video, PurePosixPath(video.replace('\\', '/')).stem


def _as_text(where: str, identifier: Any) -> str:
    """An identifier as text; programs write numbers without quotes."""
    if isinstance(identifier, str) and identifier.strip():
        return identifier.strip()
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        return str(identifier)
    raise InputError(where, f'the identifier {describe(identifier)}',
                     'a text or a whole number', 'name the question')
