"""A checkpoint in the released format, of a model of ours."""

import torch

from cra_plugin.conversion.pairing import FILLED
from cra_plugin.conversion.reference_names import ReferenceNames


def released_state(state, head='cra_plugin.GSGHead'):
    """The released names for our state dict."""
    names, released = ReferenceNames(head), {}
    for ours, value in state.items():
        if not ours.endswith(FILLED):
            theirs = names.sources(ours)
            assert theirs, ours
            released |= zip(theirs, map(torch.clone,
                                        value.chunk(len(theirs))
                                        if len(theirs) > 1 else [value]))
    return released
