"""The ways to ground: by one query, by every candidate, by evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cra_plugin.errors import InputError, check_choice
from cra_plugin.functional.masking import masked_mean, weighted_sum
from cra_plugin.models.grounders.grounded_candidates import GroundedCandidates


def ground_by_query(model: Any, frames: Tensor, mask: Tensor,
                    candidates: Tensor, query: Tensor) -> GroundedCandidates:
    """Weigh the frames once, by one query, for all candidates.

    Only the weights depend on the query: the pooled feature stays a sum of
    unconditioned frames, so that the true candidate cannot leak from the
    query into the video side. Source: CRA.

    Args:
        model (VideoQuestionGrounder): Whose parts are used.
        frames (Tensor): (B, T, d) frame states.
        mask (Tensor): (B, T), True where real.
        candidates (Tensor): (B, M, d).
        query (Tensor): (B, d).

    Returns:
        GroundedCandidates: With weights (B, T) and a feature (B, d).
    """
    causal = model.causal_intervention
    if causal is not None:
        query = causal.deconfound_query(query)
    weights, raw_weights = model.grounding_head(frames, query, mask)
    video = _pool(model, frames, mask, weights)
    with torch.autocast(video.device.type, enabled=False):
        logits = torch.einsum('bmd,bd->bm', candidates.float(), video.float())
    return GroundedCandidates(logits, video, weights, raw_weights,
                              _logged(model, query))


def ground_by_candidate(model: Any, frames: Tensor, mask: Tensor,
                        candidates: Tensor,
                        query: Tensor) -> GroundedCandidates:
    """Let every candidate weigh the frames for itself.

    No weight depends on which candidate is true, nor on the others, so
    nothing leaks.

    Args:
        model (VideoQuestionGrounder): Whose parts are used.
        frames (Tensor): (B, T, d) frame states.
        mask (Tensor): (B, T), True where real.
        candidates (Tensor): (B, M, d).
        query (Tensor): Not used: every candidate is one.

    Returns:
        GroundedCandidates: With weights (B, M, T) and features (B, M, d).
    """
    causal, queries = model.causal_intervention, candidates
    if causal is not None:
        queries = causal.deconfound_query(queries)
    weights, raw_weights = model.grounding_head(frames, queries, mask)
    videos = _pool(model, frames, mask, weights)
    with torch.autocast(videos.device.type, enabled=False):
        logits = (candidates.float() * videos.float()).sum(dim=-1)
    return GroundedCandidates(logits, videos, weights, raw_weights,
                              _logged(model, queries))


def ground_by_evidence(model: Any, frames: Tensor, mask: Tensor,
                       candidates: Tensor,
                       query: Tensor) -> GroundedCandidates:
    """Score every frame against every candidate.

    A candidate is as good as its best frames: see :class:`EvidenceHead`.

    Args:
        model (VideoQuestionGrounder): Whose parts are used.
        frames (Tensor): (B, T, d) frame states.
        mask (Tensor): (B, T), True where real.
        candidates (Tensor): (B, M, d).
        query (Tensor): Not used: every candidate is one.

    Returns:
        GroundedCandidates: With weights (B, M, T), features (B, M, d) and
        the projected frames (B, T, d).
    """
    causal = model.causal_intervention
    if causal is not None:
        candidates = causal.deconfound_query(candidates)
    projected = model.pooling(frames)
    evidence = model.grounding_head(projected, candidates, mask)
    videos = weighted_sum(projected, evidence.raw_weights)
    return GroundedCandidates(
        evidence.logits, videos, evidence.weights, evidence.raw_weights,
        _logged(model, candidates), projected, evidence.raw_weights)


def check_grounding(grounding: str, head: Any, causal: Any) -> None:
    """Refuse a way to ground that the head does not go.

    Args:
        grounding (str): One of ``GROUNDINGS``.
        head (Any): The grounding head.
        causal (Any): The deconfounding, or None.

    Raises:
        InputError: If there is no such way, it needs another head, or has
            nothing for the front door.
    """
    check_choice('model.grounding', grounding, tuple(GROUNDINGS))
    by_evidence = getattr(head, 'grounding', None) == 'evidence'
    if by_evidence != (grounding == 'evidence'):
        raise InputError(
            'model.grounding', f'{grounding!r} with a {type(head).__name__}',
            "'evidence' with an EvidenceHead, 'query' or 'candidate' with "
            'any other', "set grounding='evidence' and "
            "grounding_head=dict(type='cra_plugin.EvidenceHead') together")
    if by_evidence and getattr(causal, 'front_door', None) is not None:
        raise InputError(
            'model.causal_intervention.front_door', "one, with grounding "
            "'evidence'", 'None: frames are scored one by one, and no '
            'grounded feature is deconfounded', 'set it to None, or ground '
            "by 'candidate'")


# Value of ``grounding``: what does it.
GROUNDINGS: dict[str, Callable[..., GroundedCandidates]] = {
    'query': ground_by_query,
    'candidate': ground_by_candidate,
    'evidence': ground_by_evidence,
}


def _pool(model: Any, frames: Tensor, mask: Tensor,
          weights: Tensor) -> Tensor:
    """Pool the frames, and deconfound what comes of it."""
    video: Tensor = model.pooling(weighted_sum(frames, weights))
    causal = model.causal_intervention
    if causal is not None:
        mean = model.pooling(masked_mean(frames, mask))
        video = causal.deconfound_video(video, mean, model.pooling(frames),
                                        mask)
    return video


def _logged(model: Any, query: Tensor) -> dict[str, Tensor]:
    """What the head has to log; a head of yours need not have the method."""
    log_values = getattr(model.grounding_head, 'log_values', None)
    if not model.training or log_values is None:
        return {}
    logged: dict[str, Tensor] = log_values(query)
    return logged
