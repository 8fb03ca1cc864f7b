"""Spans on which two decoders agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from cra_plugin.errors import check_choice
from cra_plugin.models.span_decoders.base import SpanDecoder
from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.span_decoding import MERGE_RULES, merge_spans


@TASK_UTILS.register_module()
class MergedSpan(SpanDecoder):
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
        super().__init__(clip=False)
        check_choice('model.span_decoders.merged.rule', rule, MERGE_RULES)
        self.first = TASK_UTILS.build(first)
        self.second = TASK_UTILS.build(second)
        self.rule = rule

    def decode(self, weights: np.ndarray, times: np.ndarray,
               durations: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        """Decode with both, then merge; see :func:`merge_spans`."""
        inputs: list[Tensor] = [
            torch.from_numpy(x) for x in (weights, times, durations)
        ]
        real = None if mask is None else torch.from_numpy(mask)
        return merge_spans(
            self.first(*inputs, real).numpy(),
            self.second(*inputs, real).numpy(), self.rule)
