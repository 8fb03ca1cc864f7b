"""Gradient checkpointing of any backbone's blocks."""

from __future__ import annotations

from functools import partial

from torch import nn
from torch.utils.checkpoint import checkpoint

from cra_plugin.errors import InputError


def recompute_blocks(backbone: nn.Module) -> int:
    """Keep no activations inside the blocks: compute them again backwards.

    Costs about a third more time. Blocks are what lies in lists of modules,
    else in sequences, so this does what ``with_cp`` does for some backbones
    for all of them, and works when the input needs no gradient. As with
    ``with_cp``, batch statistics are counted twice unless ``norm_eval`` is
    set.

    Args:
        backbone (nn.Module): Changed in place.

    Returns:
        int: Number of blocks.

    Raises:
        InputError: If the backbone has no blocks.
    """
    blocks = _blocks(backbone)
    for block in blocks:
        block.forward = partial(
            checkpoint, block.forward, use_reentrant=False)
    if not blocks:
        raise InputError(
            'MMActionBackbone.gradient_checkpointing',
            f'True for {type(backbone).__name__}, which has no blocks',
            'a backbone made of blocks', 'set it to False')
    return len(blocks)


def _blocks(backbone: nn.Module) -> list[nn.Module]:
    """Elements of the innermost lists, else of the outermost sequences."""
    lists = [each for each in backbone.modules()
             if isinstance(each, nn.ModuleList) and len(each)]
    if lists:
        return [
            block for each in lists if not any(
                other is not each and other in lists
                for other in each.modules()) for block in each
        ]
    sequences = [each for each in backbone.modules()
                 if isinstance(each, nn.Sequential)]
    inner = {
        id(module) for each in sequences for module in each.modules()
        if module is not each
    }
    return [block for each in sequences if id(each) not in inner
            for block in each]
