"""Encode node texts by the text tower of CLIP, by open_clip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import open_clip
import torch
from open_clip.transformer import TextTransformer
from torch import Tensor
from transformers import AutoTokenizer

from cra_plugin.errors import InputError
from cra_plugin.models.fast_linear import multiply_by_onednn
from cra_plugin.pretrained.encoder_module import (
    checked_device,
    module_digest,
    tokenizer_settings,
)
from cra_plugin.pretrained.hugging_face import load_pretrained, refuse_code
from cra_plugin.pretrained.open_clip_config import (
    get_open_clip_tokenizer,
    read_open_clip_config,
)
from cra_plugin.pretrained.open_clip_weights import (
    OpenCLIPWeights,
    find_open_clip_weights,
    load_open_clip,
)
from cra_plugin.utils.error_text import one_line


class OpenCLIPNodeEncoder:
    """Encodes texts as ``encode_text`` of open_clip does, not normalized.

    Weights are only ever read as tensors (``weights_only``), so OpenAI's
    own ``.pt`` files, which hold code, are refused.

    OpenAI's weights need the QuickGELU activation. With a tag it is set as
    the tag wants it. A file of weights does not tell: pass
    ``ViT-L-14-quickgelu`` for OpenAI's weights of ViT-L-14 (and those of
    MetaCLIP and DFN), ``ViT-L-14`` for LAION's and DataComp's.

    Args:
        model (str): Architecture of ``open_clip.list_models()``, or
            ``local-dir:`` and a folder of ``open_clip_config.json`` and
            weights, or ``hf-hub:`` and a repository. Defaults to
            'ViT-L-14'.
        pretrained (str): Tag of open_clip or a file of weights (``.pt``,
            ``.safetensors``); not used with a folder or a repository, which
            have their own. Defaults to 'openai'.
        device (str): Device of torch. Defaults to 'cpu'.

    Raises:
        InputError: If the model, its weights or the device cannot be had,
            or if the weights are unreadable or another architecture's.
    """

    def __init__(self,
                 model: str = 'ViT-L-14',
                 pretrained: str = 'openai',
                 device: str = 'cpu') -> None:
        self._device = checked_device(device)
        weights = find_open_clip_weights(model, pretrained)
        where = weights.file or weights.model
        settings = _settings(weights)
        clip: Any = load_open_clip(weights)
        self._tower = clip.text.to(self._device)
        try:
            self._tokenizer = get_open_clip_tokenizer(weights.model)
        except Exception as error:  # transformers raises many kinds
            refuse_code(error, 'open_clip model', weights.model)
            raise InputError(where, f'no tokenizer ({one_line(error)})',
                             'the files of its tokenizer',
                             'fetch the whole model again') from None
        inner = getattr(self._tokenizer, 'tokenizer', None)
        digest = module_digest(
            self._tower,
            [settings, inner and tokenizer_settings(inner)])
        self.name = (f'open_clip {open_clip.__version__} {weights.origin} '
                     f'{digest}')
        self._causal_mask = _causal_mask(self._tower)
        multiply_by_onednn(self._tower)
        self.width = self._features(['']).shape[1]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode a batch of texts.

        Args:
            texts (Sequence[str]): N texts. What is past the model's context
                length is cut.

        Returns:
            np.ndarray: (N, width) float32.
        """
        if not texts:
            return np.zeros((0, self.width), np.float32)
        return self._features(texts).float().cpu().numpy()

    @torch.inference_mode()
    def _features(self, texts: Sequence[str]) -> Tensor:
        """Encode one or more texts."""
        tokens = self._tokenizer(list(texts)).to(self._device)
        if self._causal_mask is None:
            return self._run(tokens)
        # The feature is taken at the end of a text, the highest id, and a
        # causal model does not see what follows: 4 to 7 times faster.
        lengths = tokens.argmax(dim=1) + 1
        rows, features = [], []
        for length in lengths.unique().tolist():
            rows.append((lengths == length).nonzero().squeeze(1))
            self._tower.attn_mask = self._causal_mask[:length, :length]
            features.append(self._run(tokens[rows[-1], :length]))
        return torch.cat(features)[torch.cat(rows).argsort()]

    def _run(self, tokens: Tensor) -> Tensor:
        """Run the text tower; CoCa's gives the tokens' features too."""
        output = self._tower(tokens)
        features: Tensor = output[0] if isinstance(output, tuple) else output
        return features


def _settings(weights: OpenCLIPWeights) -> dict[str, Any]:
    """Give what decides the vectors besides the weights; fetch its parts."""
    config = read_open_clip_config(weights.model)
    text = config['text_cfg']
    if text.get('hf_tokenizer_name') and weights.file:
        load_pretrained(AutoTokenizer, text['hf_tokenizer_name'],
                        f'hf_tokenizer_name of {weights.model}')
    return dict(
        text_cfg=text,
        embed_dim=config.get('embed_dim'),
        quick_gelu=weights.quick_gelu or config.get('quick_gelu', False))


def _causal_mask(tower: Any) -> Tensor | None:
    """Give the mask of a tower to which padding makes no difference."""
    plain = (isinstance(tower, TextTransformer)
             and tower.pool_type == 'argmax' and tower.cls_emb is None)
    return tower.attn_mask if plain else None
