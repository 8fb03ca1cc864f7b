"""MIL-NCE: a text against the frames of every video of the batch."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, distributed

from cra_plugin.errors import InputError
from cra_plugin.functional.evidence import pool_evidence
from cra_plugin.functional.gather_rows import gather_rows
from cra_plugin.registry import MODELS


def mil_nce_loss(text: Tensor,
                 frames: Tensor,
                 mask: Tensor,
                 same_video: Tensor | None = None,
                 temperature: Tensor | float = 1.0) -> Tensor:
    """Symmetric cross entropy of texts and videos as bags of frames.

    ``S_ij = logsumexp_t l_i . P x_jt / tau - log T_j``: how well the frames
    of video j show text i.

    Args:
        text (Tensor): (B, d), the true candidates.
        frames (Tensor): (B, T, d), projected frames.
        mask (Tensor): (B, T), True where real.
        same_video (Tensor, optional): (B, B), True where two samples share a
            video and hence are no negatives. Defaults to None.
        temperature (Tensor | float): tau. Defaults to 1.0.

    Returns:
        Tensor: (), mean over both directions. Source: arXiv 1912.06430,
        eq. 1, with bags of frames.
    """
    with torch.autocast(text.device.type, enabled=False):
        scores = torch.einsum('id,jtd->ijt', text.float(), frames.float())
    similarity = pool_evidence(scores / temperature, mask[None])
    if same_video is not None:
        itself = torch.eye(len(text), dtype=torch.bool, device=text.device)
        similarity = similarity.masked_fill(same_video & ~itself,
                                            float('-inf'))
    target = torch.arange(len(text), device=text.device)
    return (F.cross_entropy(similarity, target)
            + F.cross_entropy(similarity.T, target)) / 2


@MODELS.register_module()
class MILNCELoss(BaseModule):
    """Contrast for grounding by evidence, in place of CMA.

    Args:
        temperature (float, optional): tau. Defaults to None: that of the
            grounding head, 1 where it has none.
        mask_same_video (bool): Samples of one video are no negatives of each
            other. Defaults to True.
        gather (bool): In distributed training, take negatives from all
            processes, with gradients. Defaults to True.
        loss_weight (float): Factor of the loss. Defaults to 0.5.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If the temperature is not above 0.
    """

    def __init__(self,
                 temperature: float | None = None,
                 mask_same_video: bool = True,
                 gather: bool = True,
                 loss_weight: float = 0.5,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        if temperature is not None and not temperature > 0:
            raise InputError('MILNCELoss.temperature', f'{temperature}',
                             'a number above 0, or None')
        self.temperature = temperature
        self.mask_same_video = mask_same_video
        self.gather = gather
        self.loss_weight = loss_weight

    def forward(self,
                text: Tensor,
                frames: Tensor,
                mask: Tensor,
                videos: Tensor,
                head_temperature: Tensor | float = 1.0) -> Tensor:
        """Compute the weighted loss.

        Args:
            text (Tensor): (B, d), embeddings of the true candidates.
            frames (Tensor): (B, T, d), projected frames.
            mask (Tensor): (B, T), True where real.
            videos (Tensor): (B,), a number for each video, the same in every
                process.
            head_temperature (Tensor | float): tau where the loss has none.
                Defaults to 1.0.

        Returns:
            Tensor: ().
        """
        if self.gather:
            frames, mask = _pad_to_longest(frames, mask)
            text, frames, mask, videos = map(gather_rows, (
                text.float(), frames.float(), mask, videos))
        same = videos[:, None] == videos[None] if (
            self.mask_same_video) else None
        temperature = (head_temperature if self.temperature is None
                       else self.temperature)
        return self.loss_weight * mil_nce_loss(text, frames, mask, same,
                                               temperature)


def _pad_to_longest(frames: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Pad to the number of frames of the process that has most."""
    if not distributed.is_initialized():
        return frames, mask
    longest = torch.tensor(frames.shape[1], device=frames.device)
    distributed.all_reduce(longest, distributed.ReduceOp.MAX)
    missing = int(longest) - frames.shape[1]
    return F.pad(frames, (0, 0, 0, missing)), F.pad(mask, (0, missing))
