"""Run an encoder of texts on the real tokens alone, as one stream."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

ATTENTION = 'cra_plugin_flat_tokens'
# Families whose layers read (1, N, H) token by token but for the attention;
# True where positions skip padding, as RoBERTa counts them.
FAMILIES = {'bert': False, 'electra': False, 'roberta': True,
            'xlm-roberta': True, 'camembert': True}


class TokenPlaces(NamedTuple):
    """Where real tokens lie in padded texts (N, L).

    Attributes:
        slots (Tensor): (R,), of each real token, row by row.
        mask (Tensor): (N, 1, 1, L), True where attention may look.
        bounds (Tensor): (N + 1,) int32, where texts begin and end among the
            real tokens.
    """

    slots: Tensor
    mask: Tensor
    bounds: Tensor

    def padded(self, flat: Tensor) -> Tensor:
        """Put tokens (R, d) into texts (N, L, d), zeros elsewhere."""
        number, length = self.mask.shape[0], self.mask.shape[-1]
        texts = flat.new_zeros(number * length, flat.shape[-1])
        return texts.index_copy(0, self.slots, flat).view(number, length, -1)

    def flat(self, padded: Tensor) -> Tensor:
        """Take the tokens (R, d) out of texts (N, L, d)."""
        return padded.flatten(0, 1).index_select(0, self.slots)


def find_places(mask: Tensor) -> TokenPlaces:
    """Find the real tokens of texts.

    Args:
        mask (Tensor): (N, L), True where real.

    Returns:
        TokenPlaces: Their places.
    """
    # A text without tokens attends to what nobody reads, not to nothing.
    seen = mask | ~mask.any(dim=1, keepdim=True)
    bounds = nn.functional.pad(mask.sum(dim=1).cumsum(dim=0), (1, 0))
    return TokenPlaces(mask.flatten().nonzero().squeeze(1),
                       seen[:, None, None], bounds.int())


def runs_flat(encoder: Any) -> bool:
    """Tell whether an encoder of transformers can read flat tokens.

    Args:
        encoder (nn.Module): Any.

    Returns:
        bool: True for bidirectional encoders of known families with
        absolute positions and the attention of torch, where transformers
        lets attention be replaced (from 5.0 on).
    """
    config = encoder.config
    absolute = getattr(config, 'position_embedding_type', 'absolute')
    open_ended = any(each.kind is Parameter.VAR_KEYWORD for each in signature(
        encoder.forward).parameters.values())
    return (config.model_type in FAMILIES and absolute == 'absolute'
            and not getattr(config, 'is_decoder', False) and open_ended
            and config._attn_implementation in ('sdpa', ATTENTION))


def encode_flat(encoder: Any, tokens: Tensor, places: TokenPlaces) -> Tensor:
    """Give the states of the real tokens.

    All that is computed token by token leaves padding out, and so does
    attention in half precision on a GPU; elsewhere attention, a small part
    of short texts, is computed on padded texts.

    Args:
        encoder (nn.Module): One that :func:`runs_flat`.
        tokens (Tensor): (N, L) token ids, the padding id where not real.
        places (TokenPlaces): Of ``find_places``.

    Returns:
        Tensor: (R, H), states of the R real tokens, but for rounding those
        of ``encoder(tokens, mask)``.
    """
    # It stays, as layers may be computed again in the backward pass.
    encoder.config._attn_implementation = ATTENTION
    positions = _positions(encoder.config, tokens)
    states: Tensor = encoder(
        input_ids=tokens.flatten()[places.slots][None],
        position_ids=positions.flatten()[places.slots][None],
        token_places=places).last_hidden_state
    return states.squeeze(0)


def _positions(config: Any, tokens: Tensor) -> Tensor:
    """Number the tokens (N, L) of each text as the family does."""
    if not FAMILIES[config.model_type]:
        return torch.arange(
            tokens.shape[1], device=tokens.device).expand_as(tokens)
    padding = int(config.pad_token_id)
    real = tokens.ne(padding).int()
    return real.cumsum(dim=1) * real + padding


def _attend(module: Any, query: Tensor, key: Tensor, value: Tensor,
            attention_mask: Tensor | None, scaling: float | None = None,
            dropout: float = 0., token_places: TokenPlaces | None = None,
            **options: Any) -> tuple[Tensor, Tensor | None]:
    """Attend within each text: (1, heads, R, d) to (1, R, heads, d)."""
    if token_places is None:
        padded: tuple[Tensor, Tensor | None] = ALL_ATTENTION_FUNCTIONS[
            'sdpa'](module, query, key, value, attention_mask,
                    scaling=scaling, dropout=dropout, **options)
        return padded
    if query.is_cuda and query.dtype in (torch.float16, torch.bfloat16):
        return _attend_in_place(query, key, value, scaling, dropout,
                                token_places), None
    heads = query.shape[1]
    # Query, key and value in one copy: (R, heads x 3d) to (N, heads, L, 3d).
    joined = torch.cat([query[0], key[0], value[0]], dim=-1)
    texts = token_places.padded(joined.transpose(0, 1).flatten(1)).unflatten(
        2, (heads, -1)).transpose(1, 2)
    query, key, value = texts.chunk(3, dim=-1)
    output = nn.functional.scaled_dot_product_attention(
        query, key, value, attn_mask=token_places.mask, dropout_p=dropout,
        scale=scaling)
    flat = token_places.flat(output.transpose(1, 2).flatten(2))
    return flat.unflatten(1, (heads, -1))[None], None


def _attend_in_place(query: Tensor, key: Tensor, value: Tensor,
                     scaling: float | None, dropout: float,
                     places: TokenPlaces) -> Tensor:
    """The same by the kernel for texts of different lengths.

    Of torch's public functions ``varlen_attn`` has no dropout, and nested
    tensors took four times as long.
    """
    query, key, value = (
        each[0].transpose(0, 1) for each in (query, key, value))
    bounds, longest = places.bounds, places.mask.shape[-1]
    attended: Tensor = torch.ops.aten._flash_attention_forward(
        query, key, value, bounds, bounds, longest, longest, dropout,
        is_causal=False, return_debug_mask=False, scale=scaling)[0]
    return attended[None]


AttentionInterface.register(ATTENTION, _attend)
AttentionMaskInterface.register(
    ATTENTION, ALL_MASK_ATTENTION_FUNCTIONS['sdpa'])
