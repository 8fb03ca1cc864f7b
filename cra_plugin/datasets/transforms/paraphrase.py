"""Replace a question by a paraphrase of it."""

from __future__ import annotations

from typing import Any

from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import (
    check_probability,
    require_keys,
)
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class Paraphrase(BaseTransform):
    """Replace the question by a paraphrase, where it has any.

    Required keys: ``question_info``, ``corpus``, ``rng``. Modified key:
    ``question``.

    Args:
        prob (float): Probability of a replacement. Defaults to 0.3.
    """

    reads_question = True

    def __init__(self, prob: float = 0.3) -> None:
        self.prob = check_probability(self, 'prob', prob)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Reword the question.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample, its ``question`` perhaps reworded.
        """
        require_keys(results, self, 'question_info', 'corpus', 'rng')
        rng = results['rng']
        texts = results['corpus'].paraphrases_of(results['question_info'])
        if texts and rng.random() < self.prob:
            results['question'] = texts[rng.integers(len(texts))]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(prob={self.prob})'
