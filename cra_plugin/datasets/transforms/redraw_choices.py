"""Draw other wrong choices for the same question."""

from __future__ import annotations

from typing import Any

from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import (
    check_probability,
    require_keys,
)
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class RedrawChoices(BaseTransform):
    """Draw the wrong choices anew from answers to questions of its group.

    The right answer stays, at a position drawn anew. A sample without a known
    answer, and one of a corpus with too few answers, stays as it is.

    Required keys: ``question_info``, ``corpus``, ``rng``. Modified keys:
    ``choices`` (list[str]), ``gt_answer`` (int).

    Args:
        prob (float): Probability of drawing anew. Defaults to 0.3.
        exclude_positive (bool): Whether the right answer is never drawn as a
            wrong one. The released code means to, but may draw it again.
            Defaults to True.
    """

    reads_question = True

    def __init__(self,
                 prob: float = 0.3,
                 exclude_positive: bool = True) -> None:
        self.prob = check_probability(self, 'prob', prob)
        self.exclude_positive = exclude_positive

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw the choices anew.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample, its ``choices`` perhaps drawn anew.
        """
        require_keys(results, self, 'question_info', 'choices', 'gt_answer',
                     'corpus', 'rng')
        rng, choices = results['rng'], results['choices']
        if results['gt_answer'] is None or rng.random() >= self.prob:
            return results
        answer = choices[results['gt_answer']]
        # The corpus is grouped by the annotated wording, not a paraphrase.
        drawn = results['corpus'].draw_wrong_answers(
            rng, results['question_info'].question, answer,
            len(choices) - 1, self.exclude_positive)
        if len(drawn) == len(choices) - 1:
            position = int(rng.integers(len(choices)))
            drawn.insert(position, answer)
            results.update(choices=drawn, gt_answer=position)
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(prob={self.prob}, '
                f'exclude_positive={self.exclude_positive})')
