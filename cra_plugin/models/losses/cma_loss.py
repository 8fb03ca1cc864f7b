"""Cross-Modal Alignment: grounded video and true text find each other."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.model import BaseModule
from torch import Tensor

from cra_plugin.errors import InputError, check_choice
from cra_plugin.functional.gather_rows import gather_rows
from cra_plugin.functional.info_nce import in_batch_info_nce, info_nce
from cra_plugin.registry import MODELS

DIRECTIONS = ('text_to_video', 'video_to_text')


def cma_loss(video: Tensor,
             text: Tensor,
             same_video: Tensor | None = None,
             temperature: float = 0.07,
             directions: tuple[str, ...] = DIRECTIONS) -> Tensor:
    """InfoNCE between grounded features and true candidates of a batch.

    Args:
        video (Tensor): (B, d), deconfounded grounded features.
        text (Tensor): (B, d), embeddings of the true candidates.
        same_video (Tensor, optional): (B, B), True where two samples share
            a video and hence are no negatives. Defaults to None.
        temperature (float): Divides the cosines. Defaults to 0.07.
        directions (tuple[str, ...]): Which way round. Defaults to both.

    Returns:
        Tensor: (), mean over the directions. Source: CRA, CMA module.
    """
    pairs = {'text_to_video': (text, video), 'video_to_text': (video, text)}
    losses = [
        in_batch_info_nce(*pairs[direction], same_video, temperature)
        for direction in directions
    ]
    return torch.stack(losses).mean()


@MODELS.register_module()
class CMALoss(BaseModule):
    """Cross-Modal Alignment loss of CRA.

    Args:
        temperature (float): Divides the cosines. Defaults to 0.07.
        directions (tuple[str, ...]): ``'text_to_video'`` (the released
            one), ``'video_to_text'``. Defaults to both.
        negatives (str): ``'batch'``: all other samples; ``'sampled'``:
            ``num_negatives`` of them drawn with replacement for each sample,
            as released. Defaults to 'batch'.
        num_negatives (int, optional): For ``'sampled'``; None takes half
            the batch. Defaults to 32.
        mask_same_video (bool): Samples of one video are no negatives of each
            other. Defaults to True.
        gather (bool): In distributed training, take negatives from all
            processes, with gradients. Defaults to True.
        loss_weight (float): Factor of the loss. Defaults to 0.5.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``directions`` or ``negatives`` are unknown.
    """

    def __init__(self,
                 temperature: float = 0.07,
                 directions: tuple[str, ...] = DIRECTIONS,
                 negatives: str = 'batch',
                 num_negatives: int | None = 32,
                 mask_same_video: bool = True,
                 gather: bool = True,
                 loss_weight: float = 0.5,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        if not directions:
            raise InputError('CMALoss.directions', 'none',
                             f'some of {", ".join(DIRECTIONS)}')
        for direction in directions:
            check_choice('CMALoss.directions', direction, DIRECTIONS)
        check_choice('CMALoss.negatives', negatives,
                     ('batch', 'sampled'))
        self.temperature = temperature
        self.directions = tuple(directions)
        self.negatives = negatives
        self.num_negatives = num_negatives
        self.mask_same_video = mask_same_video
        self.gather = gather
        self.loss_weight = loss_weight

    def forward(self, video: Tensor, text: Tensor, videos: Tensor) -> Tensor:
        """Compute the weighted loss.

        Args:
            video (Tensor): (B, d), deconfounded grounded features.
            text (Tensor): (B, d), embeddings of the true candidates.
            videos (Tensor): (B,), a number for each video, the same in every
                process.

        Returns:
            Tensor: ().
        """
        if self.gather:
            # Gradients are averaged over the processes, each of which has
            # the whole loss: that is the gradient of one large batch.
            video, text, videos = map(
                gather_rows, (video.float(), text.float(), videos))
        same = None
        if self.mask_same_video:
            same = videos[:, None] == videos[None]
        if self.negatives == 'batch':
            value = cma_loss(video, text, same, self.temperature,
                             self.directions)
        else:
            value = self._sampled(video, text, same)
        return self.loss_weight * value

    def _sampled(self, video: Tensor, text: Tensor,
                 same: Tensor | None) -> Tensor:
        """The released estimate, whose negatives may repeat."""
        allowed = ~torch.eye(
            len(video), dtype=torch.bool, device=video.device)
        if same is not None:
            allowed &= ~same
        usable = allowed.any(dim=1)
        if not usable.any():
            return (video.sum() + text.sum()) * 0
        number = self.num_negatives or len(video) // 2
        index = torch.multinomial(
            allowed[usable].float(), number, replacement=True)
        pairs = {
            'text_to_video': (text, video),
            'video_to_text': (video, text)
        }
        losses = [
            info_nce(query[usable], positive[usable], positive[index],
                     self.temperature)
            for query, positive in (pairs[way] for way in self.directions)
        ]
        return torch.stack(losses).mean()
