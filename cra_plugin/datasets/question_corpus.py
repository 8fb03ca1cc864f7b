"""The texts from which negatives and re-drawn choices are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from cra_plugin.datasets.text.text_groups import (
    ParaphraseGroups,
    answer_groups,
    type_group,
)
from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.text_forms import comparable


class QuestionCorpus:
    """Indexes over the questions of a split.

    Texts are compared normalized (:func:`comparable`), so a question that
    is asked of many videos is one question here, and so are its paraphrases.

    Args:
        questions (Sequence[VideoQuestion]): The questions of the split.
        paraphrases (Mapping[str, Sequence[str]], optional): Question key to
            other wordings of it. Defaults to None, which is none.
    """

    def __init__(
            self,
            questions: Sequence[VideoQuestion],
            paraphrases: Mapping[str, Sequence[str]] | None = None) -> None:
        paraphrases = paraphrases or {}
        keys = {question.key for question in questions}
        self.paraphrases = {
            key: tuple(texts)
            for key, texts in paraphrases.items() if key in keys
        }
        self.num_choices = max((len(q.choices) for q in questions), default=0)
        self._index_questions(questions)
        self._index_answers(questions)
        self._choices = tuple(
            dict.fromkeys(text for q in questions for text in q.choices))

    def __len__(self) -> int:
        """Give the number of distinct questions."""
        return len(self._texts)

    def paraphrases_of(self, question: VideoQuestion) -> tuple[str, ...]:
        """Give the other wordings of a question.

        Args:
            question (VideoQuestion): A question of the split.

        Returns:
            tuple[str, ...]: The wordings; empty where there are none.
        """
        return self.paraphrases.get(question.key, ())

    def question_texts(self) -> list[str]:
        """Give every wording of every question, paraphrases included."""
        texts = (text for group in self.paraphrases.values() for text in group)
        return list(dict.fromkeys([*self._wordings, *texts]))

    def choice_texts(self) -> list[str]:
        """Give every distinct choice."""
        return list(self._choices)

    def draw_negatives(self,
                       rng: np.random.Generator,
                       question: VideoQuestion,
                       shown: str,
                       num_negatives: int,
                       same_video: bool = False,
                       exclude_positive: bool = True) -> list[str]:
        """Draw questions that the video's own question is told from.

        Args:
            rng (np.random.Generator): Source of randomness.
            question (VideoQuestion): The video's own question.
            shown (str): The wording of it that is shown.
            num_negatives (int): How many to draw.
            same_video (bool): Whether to draw from the other questions of the
                video first, instead of those of the type group.
                Defaults to False.
            exclude_positive (bool): Whether the question, a paraphrase of it
                and its original are never drawn. Defaults to True.

        Returns:
            list[str]: Distinct questions.

        Raises:
            InputError: If the split holds too few distinct questions.
        """
        first = (
            self._by_video.get(question.video_id) if same_video else
            self._by_type.get(type_group(question.type)))
        banned = {
            self._groups.find(comparable(text))
            for text in (question.question, shown) if exclude_positive
        }
        drawn: list[int] = []
        for pool in (first, self._everything):
            if pool is not None and len(drawn) < num_negatives:
                drawn += self._draw(rng, pool, num_negatives - len(drawn),
                                    banned, drawn)
        if len(drawn) < num_negatives:
            raise InputError(
                f'the question {question.key}',
                f'{len(drawn)} other questions to draw negatives from',
                f'{num_negatives}', 'train on more questions, or set '
                'num_candidates of DrawQuestionNegatives lower')
        return [self._texts[index] for index in drawn]

    def draw_wrong_answers(self,
                           rng: np.random.Generator,
                           question: str,
                           answer: str,
                           num_answers: int,
                           exclude_positive: bool = True) -> list[str]:
        """Draw answers that other questions of the question group have.

        Args:
            rng (np.random.Generator): Source of randomness.
            question (str): The question.
            answer (str): Its right answer.
            num_answers (int): How many to draw.
            exclude_positive (bool): Whether the right answer is never drawn.
                Defaults to True.

        Returns:
            list[str]: Distinct answers; empty where the whole split has too
            few.
        """
        right = comparable(answer)
        for group in [*answer_groups(question), '']:
            pool = self._answers.get(group)
            if not pool:
                continue
            # One more than wanted: the right answer may be among them.
            order = rng.choice(
                len(pool), min(len(pool), num_answers + 1), replace=False)
            drawn = [
                pool[index] for index in order
                if not exclude_positive or comparable(pool[index]) != right
            ]
            if len(drawn) >= num_answers:
                return drawn[:num_answers]
        return []

    def _index_questions(self, questions: Sequence[VideoQuestion]) -> None:
        self._groups = ParaphraseGroups()
        self._texts: list[str] = []
        ids: dict[str, int] = {}
        by_video: dict[str, list[int]] = {}
        by_type: dict[str, list[int]] = {}
        for question in questions:
            text = comparable(question.question)
            self._groups.join(text, map(comparable,
                                        self.paraphrases_of(question)))
            if text not in ids:
                ids[text] = len(ids)
                self._texts.append(question.question)
            by_video.setdefault(question.video_id, []).append(ids[text])
            by_type.setdefault(type_group(question.type), []).append(ids[text])
        self._everything = np.arange(len(self._texts))
        self._by_video = _as_arrays(by_video)
        self._by_type = _as_arrays(by_type)
        self._wordings = tuple(dict.fromkeys(q.question for q in questions))
        roots = [self._groups.find(text) for text in ids]
        self._roots = roots
        self._root_sizes: dict[str, int] = {}
        for root in roots:
            self._root_sizes[root] = self._root_sizes.get(root, 0) + 1

    def _index_answers(self, questions: Sequence[VideoQuestion]) -> None:
        """Collect distinct right answers by group; '' is all of them."""
        groups: dict[str, dict[str, str]] = {}
        for question in questions:
            if question.answer is None:
                continue
            answer = question.choices[question.answer]
            text = comparable(answer)
            for group in [*answer_groups(question.question), '']:
                groups.setdefault(group, {}).setdefault(text, answer)
        self._answers = {
            group: tuple(answers.values())
            for group, answers in groups.items()
            if len(answers) >= self.num_choices
        }

    def _draw(self, rng: np.random.Generator, pool: np.ndarray, count: int,
              banned: set[str], taken: Iterable[int]) -> list[int]:
        """Draw up to ``count`` allowed ids of ``pool`` without repeats."""
        taken = set(taken)
        spare = len(taken) + sum(self._root_sizes.get(r, 0) for r in banned)
        picks = rng.choice(
            pool, min(len(pool), count + spare), replace=False).tolist()
        allowed = [
            index for index in picks
            if index not in taken and self._roots[index] not in banned
        ]
        return allowed[:count]


def _as_arrays(lists: dict[str, list[int]]) -> dict[str, np.ndarray]:
    """Turn lists of ids into sorted int32 arrays of distinct ids."""
    return {
        name: np.unique(np.asarray(ids, dtype=np.int32))
        for name, ids in lists.items()
    }
