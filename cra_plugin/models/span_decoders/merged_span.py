"""Spans on which two decoders agree."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.errors import check_choice
from cra_plugin.models.build_part import build_part
from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.span_merging import MERGE_RULES, merge_spans


@TASK_UTILS.register_module()
class MergedSpan:
    """The intersection of two decoders' spans, else the second's.

    Args:
        first (dict): Config of a span decoder, such as the window.
        second (dict): Config of another, such as the adaptive one.
        rule (str): ``'intersection'`` or ``'union'``. Defaults to
            'intersection'.
    """

    def __init__(self,
                 first: dict[str, Any],
                 second: dict[str, Any],
                 rule: str = 'intersection') -> None:
        check_choice('MergedSpan.rule', rule, MERGE_RULES)
        self.first = build_part('MergedSpan.first', TASK_UTILS, first)
        self.second = build_part('MergedSpan.second', TASK_UTILS, second)
        self.rule = rule

    def __call__(self, weights: np.ndarray, times: np.ndarray,
                 durations: np.ndarray,
                 mask: np.ndarray | None = None) -> np.ndarray:
        """Decode with both, then merge.

        Args:
            weights (np.ndarray): (B, T) finite weights of the frames.
            times (np.ndarray): (B, T) times of the frames in seconds.
            durations (np.ndarray): (B,) seconds.
            mask (np.ndarray, optional): (B, T) real frames, which come
                first. Defaults to None: all.

        Returns:
            np.ndarray: (B, 2) spans in seconds.
        """
        return merge_spans(
            self.first(weights, times, durations, mask),
            self.second(weights, times, durations, mask), self.rule)
