"""Check that a part of a model is one of the kind that its place asks for."""

from __future__ import annotations

import inspect
from typing import Any

from torch import nn

from cra_plugin.errors import InputError

# Place: how many arguments it is called with, and where ours are.
_PLACES = {
    'video_encoder': (1, 'video_encoders'),
    'text_encoder': (2, 'text_encoders'),
    'temporal_encoder': (2, 'temporal'), 'grounding_head': (3, 'heads'),
    'answer_loss': (2, 'losses'), 'question_loss': (2, 'losses'),
    'cma_loss': (3, 'losses'), 'mil_nce_loss': (5, 'losses')}


def check_part(field: str, part: Any) -> None:
    """Refuse a part that could not be called as its place is.

    Args:
        field (str): Where it is described, such as
            ``'model.grounding_head'``.
        part (Any): What was built.

    Raises:
        InputError: If it is one of ours for another place, or takes another
            number of arguments.
    """
    number, folder = _PLACES.get(field.rpartition('.')[2], (0, ''))
    if not number or not isinstance(part, nn.Module):
        return
    package, *below = type(part).__module__.split('.')
    ours = package == 'cra_plugin' and below[:1] == ['models']
    signature = inspect.signature(part.forward)
    try:
        signature.bind(*[None] * number)
        fits = not ours or folder in below
    except TypeError:
        fits = False
    if not fits:
        raise InputError(
            f'{field}.type', f'{type(part).__name__}, which is called with '
            f'({", ".join(signature.parameters)})', 'a part for this place, '
            f'called with {number} argument{"s" * (number > 1)}',
            'leave it as it is, or name another type')
