"""Any text encoder of Hugging Face as an encoder of node texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from torch import Tensor
from transformers import AutoConfig, AutoModel, AutoTokenizer

from cra_plugin.functional.masking import masked_mean
from cra_plugin.models.fast_linear import multiply_by_onednn
from cra_plugin.pretrained.encoder_module import (
    checked_device,
    module_digest,
    tokenizer_settings,
)
from cra_plugin.pretrained.hugging_face import load_pretrained

_PROJECTED = 'TextModelWithProjection'
# Trained on texts padded to the full length, without a mask.
_WITHOUT_MASK = ('siglip', 'siglip2')
# Parts that may be missing from a file, as no feature comes from them.
_UNUSED = ('pooler.', 'vision_model.', 'visual_projection.')
_DEFAULT_LENGTH = 512


class HuggingFaceNodeEncoder:
    """Encodes texts with a model of transformers, not normalized.

    Models with ``get_text_features`` (CLIP, SigLIP) give those; a saved
    ``...TextModelWithProjection`` gives its ``text_embeds``, the same
    features; any other model, a text model of CLIP without its projection
    included, gives the mean of its last hidden states over real tokens.

    Args:
        name (str): Hugging Face name or a folder of ``save_pretrained``.
        device (str): Device of torch. Defaults to 'cpu'.
        field (str): What names the model, for errors. Defaults to 'text
            encoder'.

    Raises:
        InputError: If the model or the device cannot be had, or if weights
            of the model are missing.
    """

    def __init__(self, name: str, device: str = 'cpu',
                 field: str = 'text encoder') -> None:
        self._device = checked_device(device)
        config = load_pretrained(AutoConfig, name, field)
        self._tokenizer = load_pretrained(AutoTokenizer, name, field)
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        settings = tokenizer_settings(self._tokenizer)
        model = load_pretrained(_CompleteModel(config), name, field)
        if config.is_encoder_decoder:
            model = model.get_encoder()
        self._model = model.float().eval()
        # Not used, and half of the memory.
        self._model.vision_model = None
        self._model.to(self._device)
        self._masked = config.model_type not in _WITHOUT_MASK
        self._max_length = _max_length(self._model, self._tokenizer)
        origin = Path(name).expanduser()
        self.name = ' '.join(
            ('transformers', transformers.__version__, type(model).__name__,
             origin.resolve().name if origin.is_dir() else name,
             module_digest(self._model,
                           [settings, self._max_length,
                            _text_config(config).to_json_string()])))
        multiply_by_onednn(self._model)
        self.width = self._features(['a']).shape[1]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode a batch of texts.

        Args:
            texts (Sequence[str]): N texts. What is past the model's maximum
                length is cut.

        Returns:
            np.ndarray: (N, width) float32.
        """
        if not texts:
            return np.zeros((0, self.width), np.float32)
        return self._features(texts).cpu().numpy()

    @torch.inference_mode()
    def _features(self, texts: Sequence[str]) -> Tensor:
        """Encode one or more texts."""
        inputs = self._tokenizer(
            list(texts),
            padding='longest' if self._masked else 'max_length',
            truncation=True,
            max_length=self._max_length,
            return_attention_mask=self._masked,
            return_tensors='pt').to(self._device)
        if hasattr(self._model, 'get_text_features'):
            output = self._model.get_text_features(**inputs)
            # An output of the model since transformers 5.
            features: Tensor = getattr(output, 'pooler_output', output)
            return features
        output = self._model(**inputs)
        if hasattr(output, 'text_embeds'):
            features = output.text_embeds
            return features
        return masked_mean(output.last_hidden_state,
                           inputs['attention_mask'])


class _CompleteModel:
    """Loads a model, and refuses one with weights that no file holds."""

    def __init__(self, config: Any) -> None:
        names = getattr(config, 'architectures', None) or ['']
        self.loader = (getattr(transformers, names[0], AutoModel)
                       if names[0].endswith(_PROJECTED) else AutoModel)

    def from_pretrained(self, name: str, **options: Any) -> Any:
        """Load a model as transformers does."""
        model, report = self.loader.from_pretrained(
            name, output_loading_info=True, **options)
        missing = [
            key for key in report['missing_keys']
            if not key.startswith(_UNUSED)
        ]
        if missing:
            raise ValueError(f'{len(missing)} weights of its {type(model)} '
                             f'are missing, such as {sorted(missing)[0]}')
        return model


def _text_config(config: Any) -> Any:
    """Give the part of a configuration that is about texts."""
    return getattr(config, 'text_config', None) or config


def _max_length(model: Any, tokenizer: Any) -> int:
    """Give the number of tokens that a model and its tokenizer can take."""
    positions = getattr(
        _text_config(model.config), 'max_position_embeddings', None)
    embeddings: Any = getattr(
        getattr(model, 'embeddings', None), 'position_embeddings', None)
    padding_id = getattr(embeddings, 'padding_idx', None)
    if positions and padding_id is not None:
        # RoBERTa counts positions from its padding id plus one.
        positions -= padding_id + 1
    # A tokenizer without a limit gives 1e30.
    limits = [length for length in (positions, tokenizer.model_max_length)
              if length and 0 < length < 10**6]
    return int(min(limits, default=_DEFAULT_LENGTH))
