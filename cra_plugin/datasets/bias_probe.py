"""Samples that are wrong on purpose, to see what a model goes by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cra_plugin.errors import InputError, check_choice
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.text_forms import comparable

SHUFFLED_VIDEOS = 'shuffled_videos'
REPLACED_QUESTIONS = 'replaced_questions'
PROBES = (SHUFFLED_VIDEOS, REPLACED_QUESTIONS)


class BiasProbe:
    """Shows other videos, or asks other questions, of which none is right.

    Args:
        kind (str): ``'shuffled_videos'``: every video is shown as another
            one. A model that still answers right goes by the language alone.
            ``'replaced_questions'``: the text of every question is that of
            one about another video; choices stay. A model that still shows
            the same span grounds without the question.
        questions (Sequence[VideoQuestion]): The questions of the dataset.
        seed (int): Of the order. Defaults to 0.

    Raises:
        InputError: If all questions are of one video, or all are the same.
    """

    def __init__(self, kind: str, questions: Sequence[VideoQuestion],
                 seed: int = 0) -> None:
        check_choice('dataset.probe', kind, PROBES)
        rng = np.random.default_rng(seed)
        self._videos: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        if kind == SHUFFLED_VIDEOS:
            names = sorted({each.video_id for each in questions})
            order = [names[place] for place in rng.permutation(len(names))]
            self._videos = dict(zip(order, order[1:] + order[:1]))
            _require_others(len(names) > 1, kind)
        else:
            self._texts = _replace(
                [questions[place]
                 for place in rng.permutation(len(questions))])

    def video(self, question: VideoQuestion) -> str:
        """Name the video that is shown to a question."""
        return self._videos.get(question.video_id, question.video_id)

    def text(self, question: VideoQuestion) -> str:
        """Give the text that is asked in the place of a question."""
        return self._texts.get(question.key, question.question)


def _replace(questions: Sequence[VideoQuestion]) -> dict[str, str]:
    """Give each question the text of the next one about something else."""
    forms = [comparable(each.question) for each in questions]
    texts = {}
    for place, question in enumerate(questions):
        for step in range(1, len(questions)):
            other = (place + step) % len(questions)
            if (questions[other].video_id != question.video_id
                    and forms[other] != forms[place]):
                texts[question.key] = questions[other].question
                break
        _require_others(question.key in texts, REPLACED_QUESTIONS)
    return texts


def _require_others(found: bool, kind: str) -> None:
    """Refuse a dataset that has nothing to put in the place."""
    if not found:
        raise InputError(f'dataset.probe={kind!r}', 'questions about one '
                         'video, or of the same words', 'another video and '
                         'question for each', 'probe a larger split')
