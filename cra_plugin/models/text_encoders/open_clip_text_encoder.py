"""CLIP's text tower, frozen: texts in the space of CLIP's frames."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from cra_plugin.errors import InputError
from cra_plugin.models.fast_linear import multiply_by_onednn
from cra_plugin.registry import MODELS


@MODELS.register_module()
class OpenCLIPTextEncoder(nn.Module):
    """Encode token ids as ``encode_text`` of open_clip does, not normalized.

    As in mmengine, pretrained weights are loaded by ``init_weights()``.

    Args:
        model (str): Architecture of ``open_clip.list_models()``, or
            ``local-dir:`` and a folder, or ``hf-hub:`` and a repository.
            Defaults to 'ViT-L-14'.
        pretrained (str): Tag of open_clip or a file of weights; not used
            with a folder or a repository, which have their own. Defaults to
            'openai'.

    Raises:
        InputError: If there is no such model.
    """

    def __init__(self,
                 model: str = 'ViT-L-14',
                 pretrained: str = 'openai') -> None:
        super().__init__()
        self.model = model
        self.pretrained = pretrained
        # open_clip is imported where a config needs it.
        from cra_plugin.pretrained.open_clip_towers import build_tower
        self.tower: Any = build_tower(model, pretrained, 'text')
        multiply_by_onednn(self.tower)
        self.requires_grad_(False)
        self.eval()

    @property
    def frame_encoder(self) -> dict[str, Any]:
        """Arguments of ``find_frame_encoder``: what shares the space."""
        return dict(model=self.model, pretrained=self.pretrained)

    def init_weights(self) -> None:
        """Load the pretrained weights."""
        from cra_plugin.pretrained.open_clip_towers import load_tower
        load_tower(self.tower, self.model, self.pretrained, 'text')

    def train(self, mode: bool = True) -> OpenCLIPTextEncoder:
        """Stay in evaluation mode."""
        return super().train(False)

    @torch.no_grad()
    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Embed each text.

        Args:
            tokens (Tensor): (B, M, L) token ids of ``TokenizePrompts``, L up
                to the context of the model.
            mask (Tensor): (B, M, L), True where real; padding, which comes
                last, is 0 to open_clip.

        Returns:
            Tensor: (B, M, D).

        Raises:
            InputError: If the texts have more tokens than the model takes.
        """
        context = int(self.tower.context_length)
        if tokens.shape[-1] > context:
            raise InputError('TokenizePrompts.model', 'texts of '
                             f'{tokens.shape[-1]} tokens', f'{context}, the '
                             f'context of {self.model}',
                             'tokenize with the same model')
        flat = tokens.masked_fill(~mask, 0).flatten(0, 1)
        # What padding was cut off is put back: towers take full length.
        flat = nn.functional.pad(flat, (0, context - flat.shape[-1]))
        features = self.tower(flat)
        if isinstance(features, tuple):  # CoCa's gives its tokens too
            features = features[0]
        embedded: Tensor = features.view(*tokens.shape[:2], -1)
        return embedded
