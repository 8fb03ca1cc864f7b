"""The branches of a training, and the losses of each."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from cra_plugin.models.grounders.grounded_candidates import (
    GroundedCandidates,
    pick,
    targets_of,
)
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


def number_videos(samples: list[VideoQGDataSample],
                  device: torch.device) -> Tensor:
    """Give each sample a number for its video, the same in every process.

    Args:
        samples (list[VideoQGDataSample]): B samples.
        device (torch.device): Where the numbers are needed.

    Returns:
        Tensor: (B,).
    """
    return torch.tensor(
        [zlib.crc32(sample.video_id.encode()) for sample in samples],
        device=device)


def branches_of(
        model: Any, inputs: dict[str, Tensor],
        samples: list[VideoQGDataSample]
) -> dict[str, tuple[Tensor, Tensor, Any, Tensor]]:
    """Give what each branch classifies.

    Args:
        model (VideoQuestionGrounder): Whose parts are used.
        inputs (dict[str, Tensor]): As the model takes them.
        samples (list[VideoQGDataSample]): B samples.

    Returns:
        dict[str, tuple]: ``'vqa'`` and, where it is configured, ``'vq'``,
        to candidates (B, M, d), query (B, d), classification loss, and
        indices of the true candidates (B,).
    """
    choices, *others = model.encode_candidates(
        inputs, 'choice', *['question'] * (model.question_loss is not None))
    branches = {'vqa': (choices, choices.amax(dim=1), model.answer_loss,
                        targets_of(samples, 'gt_answer', choices))}
    for questions in others:
        true = targets_of(samples, 'gt_question', questions)
        branches['vq'] = (questions, pick(questions, true),
                          model.question_loss, true)
    return branches


def branch_losses(model: Any, branch: str, output: GroundedCandidates,
                  candidates: Tensor, target: Tensor,
                  video: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Contrast the true candidates with the batch, and debias.

    Args:
        model (VideoQuestionGrounder): Whose losses are used.
        branch (str): ``'vqa'`` or ``'vq'``.
        output (GroundedCandidates): Of the branch.
        candidates (Tensor): (B, M, d).
        target (Tensor): (B,), indices of the true ones.
        video (Mapping[str, Tensor]): ``features`` (B, T, D), before the
            model; ``frames`` (B, T, d), their states; ``mask`` (B, T), True
            where real; ``videos`` (B,), a number for each video.

    Returns:
        dict[str, Tensor]: ``loss_cma_{branch}``, ``loss_mil_nce_{branch}``
        and the losses of :class:`Debiasing`, where they are configured.
    """
    losses: dict[str, Tensor] = {}
    text, videos = pick(candidates, target), video['videos']
    if model.cma_loss is not None:
        losses[f'loss_cma_{branch}'] = model.cma_loss(
            output.video_of(target), text, videos)
    if model.mil_nce_loss is not None:
        losses[f'loss_mil_nce_{branch}'] = model.mil_nce_loss(
            text, model.pooling(video['frames']) if output.frames is None
            else output.frames, video['mask'], videos,
            getattr(model.grounding_head, 'temperature', 1.0))
    if model.debiasing is not None:
        losses |= model.debiasing.losses(
            branch, output.video_of(target), output.weights_of(target),
            video['features'], candidates, target)
    return losses
