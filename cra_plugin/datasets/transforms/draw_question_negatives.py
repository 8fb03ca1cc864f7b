"""Draw wrong questions beside the true one, for the VQ branch."""

from __future__ import annotations

from typing import Any

from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import (
    check_probability,
    require_keys,
)
from cra_plugin.errors import InputError
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class DrawQuestionNegatives(BaseTransform):
    """Hide the video's own question among other questions (VQ branch).

    Put it after ``Paraphrase``, so that the wording shown is the
    candidate.

    Required keys: ``question``, ``question_info``, ``choices``, ``corpus``,
    ``rng``. Added keys: ``candidate_questions`` (list[str]) and
    ``gt_question`` (int).

    Args:
        num_candidates (int, optional): Number of candidate questions; None
            takes the number M of choices. Defaults to None.
        same_video_prob (float): Probability of drawing from the questions of
            the same video, topped up from other videos, instead of from those
            of the same type group. Defaults to 0.3.
        exclude_positive (bool): Whether the others are never the question
            itself, a paraphrase of it or its original. The released code
            means to, but may draw them again, as wrong. Defaults to True.
    """

    reads_question = True

    def __init__(self,
                 num_candidates: int | None = None,
                 same_video_prob: float = 0.3,
                 exclude_positive: bool = True) -> None:
        if num_candidates is not None and num_candidates < 2:
            raise InputError('DrawQuestionNegatives.num_candidates',
                             f'{num_candidates}', 'at least 2')
        self.num_candidates = num_candidates
        self.same_video_prob = check_probability(self, 'same_video_prob',
                                                 same_video_prob)
        self.exclude_positive = exclude_positive

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw the candidate questions.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its candidates.
        """
        require_keys(results, self, 'question', 'question_info', 'choices',
                     'corpus', 'rng')
        rng, question = results['rng'], results['question']
        number = self.num_candidates or len(results['choices'])
        same_video = bool(rng.random() < self.same_video_prob)
        candidates = results['corpus'].draw_negatives(
            rng, results['question_info'], question, number - 1, same_video,
            self.exclude_positive)
        position = int(rng.integers(number))
        candidates.insert(position, question)
        results.update(candidate_questions=candidates, gt_question=position)
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_candidates={self.num_candidates}, '
                f'same_video_prob={self.same_video_prob}, '
                f'exclude_positive={self.exclude_positive})')
