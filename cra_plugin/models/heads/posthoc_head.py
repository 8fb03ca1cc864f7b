"""Post-hoc grounding: the attention that pools the frames, unasked."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import check_choice
from cra_plugin.functional.masking import masked_softmax
from cra_plugin.models.heads.grounding_output import GroundingOutput
from cra_plugin.registry import MODELS

ACTIVATIONS = {'gelu': nn.GELU, 'tanh': nn.Tanh}


def frame_scorer(d_model: int, activation: str = 'gelu') -> nn.Sequential:
    """The MLP d -> d/2 -> 1 that scores a frame without any question."""
    return nn.Sequential(
        nn.Linear(d_model, d_model // 2), ACTIVATIONS[activation](),
        nn.Linear(d_model // 2, 1))


@MODELS.register_module()
class PostHocHead(BaseModule):
    """Baseline PH: temporal attention learned from answering alone.

    Temp[CLIP] is a dual encoder, so this attention does not see the
    question: every question on a video gets the same frames. Source:
    NExT-GQA, post-hoc (PH) baseline.

    Args:
        d_model (int): Width of the frames.
        activation (str): ``'gelu'``, or ``'tanh'`` as in the baseline's
            released code. Defaults to 'gelu'.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``activation`` is neither.
    """

    def __init__(self,
                 d_model: int,
                 activation: str = 'gelu',
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        check_choice('PostHocHead.activation', activation, tuple(ACTIVATIONS))
        self.scorer = frame_scorer(d_model, activation)

    def forward(self,
                frames: Tensor,
                query: Tensor,
                mask: Tensor | None = None) -> GroundingOutput:
        """Distribute attention over the frames; ``query`` is not used.

        Args:
            frames (Tensor): (B, T, d) frame states.
            query (Tensor): (B, d), or (B, M, d), one per candidate.
            mask (Tensor, optional): (B, T), True where real. Defaults to
                None.

        Returns:
            GroundingOutput: Distributions over the frames, (B, T), or (B, M,
            T), the same for each candidate.
        """
        weights = masked_softmax(self.scorer(frames).squeeze(-1), mask)
        if query.ndim == 3:
            weights = weights[:, None].expand(-1, query.shape[1], -1)
        return GroundingOutput(weights, weights)
