"""InfoNCE with explicit or in-batch negatives."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def info_nce(query: Tensor,
             positive: Tensor,
             negatives: Tensor,
             temperature: float = 0.07) -> Tensor:
    """InfoNCE of each query against its own list of negatives.

    Args:
        query (Tensor): (B, d).
        positive (Tensor): (B, d).
        negatives (Tensor): (B, K, d).
        temperature (float): Divides the cosines. Defaults to 0.07.

    Returns:
        Tensor: (), mean over the batch. Source: arXiv 1807.03748, eq. 4.
    """
    # A temperature magnifies what autocast rounds off.
    with torch.autocast(query.device.type, enabled=False):
        query, positive, negatives = (
            F.normalize(x.float(), dim=-1)
            for x in (query, positive, negatives))
        near = torch.einsum('bd,bd->b', query, positive)[:, None]
        far = torch.einsum('bd,bkd->bk', query, negatives)
    logits = torch.cat((near, far), dim=1) / temperature
    target = logits.new_zeros(len(logits), dtype=torch.long)
    return F.cross_entropy(logits, target)


def in_batch_info_nce(query: Tensor,
                      positive: Tensor,
                      ignore: Tensor | None = None,
                      temperature: float = 0.07) -> Tensor:
    """InfoNCE in which the other rows of the batch are the negatives.

    Args:
        query (Tensor): (B, d).
        positive (Tensor): (B, d); row i is the positive of query i.
        ignore (Tensor, optional): (B, B), True where row j is no fair
            negative of query i. The diagonal is never ignored. Defaults to
            None.
        temperature (float): Divides the cosines. Defaults to 0.07.

    Returns:
        Tensor: (), mean over the batch.
    """
    # A temperature magnifies what autocast rounds off.
    with torch.autocast(query.device.type, enabled=False):
        query = F.normalize(query.float(), dim=-1)
        cosines = query @ F.normalize(positive.float(), dim=-1).T
    logits = cosines / temperature
    if ignore is not None:
        itself = torch.eye(
            len(query), dtype=torch.bool, device=query.device)
        logits = logits.masked_fill(ignore & ~itself, float('-inf'))
    target = torch.arange(len(query), device=query.device)
    return F.cross_entropy(logits, target)
