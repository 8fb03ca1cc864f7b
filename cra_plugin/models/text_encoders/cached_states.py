"""Token states of a frozen encoder, each text of a data set encoded once."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cra_plugin.pretrained.encoder_module import module_digest
from cra_plugin.pretrained.text_state_cache import TextStateCache

# Texts that are encoded at a time, so that memory stays bounded.
CHUNK = 256


class CachedStates:
    """Encodes texts that it has not seen, and remembers the others.

    States are those of float32 without autocast, rounded to float16. Where
    they cannot be written, texts are encoded whenever they are asked for.

    Args:
        encoder (nn.Module): A frozen model of transformers.
        folder (str | Path): Where states are kept, in a folder per model.
    """

    def __init__(self, encoder: Any, folder: str | Path) -> None:
        self._encoder = encoder
        self._folder = Path(folder)
        self._cache: TextStateCache | None = None
        self._weights: list[tuple[int, int]] = []
        self._writable = True

    def __call__(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Give the states of texts.

        Args:
            tokens (Tensor): (N, L) token ids.
            mask (Tensor): (N, L), True where real; padding comes last.

        Returns:
            Tensor: (N, L, H) float32; zeros at padding.
        """
        cache = self._open()
        lengths = mask.sum(dim=1).tolist()
        rows = [row[:length] for row, length in zip(
            tokens.cpu().numpy(), lengths)]
        keys = [cache.key(row) for row in rows]
        found = {key: cache.get(key) for key in dict.fromkeys(keys)}
        missing = {key: row for key, row in zip(keys, rows)
                   if found[key] is None}
        for key, states in self._encode(missing, tokens.device).items():
            self._keep(cache, key, states)
            found[key] = states
        output = np.zeros((*tokens.shape, cache.width), np.float32)
        for index, key in enumerate(keys):
            output[index, :lengths[index]] = found[key]
        return torch.from_numpy(output).to(tokens.device)

    def _keep(self, cache: TextStateCache, key: bytes,
              states: np.ndarray) -> None:
        """Write states, as long as that is possible."""
        if not self._writable:
            return
        try:
            cache.put(key, states)
        except OSError as error:
            self._writable = False
            logging.getLogger('cra_plugin').warning(
                'warning: HFTextEncoder.cache=%s cannot be written (%s): '
                'texts that are not in it are encoded again each time',
                self._folder, error.strerror or error)

    @torch.no_grad()
    def _encode(self, texts: dict[bytes, np.ndarray],
                device: torch.device) -> dict[bytes, np.ndarray]:
        """Encode texts, those of a length together."""
        ordered = sorted(texts.items(), key=lambda item: len(item[1]))
        states: dict[bytes, np.ndarray] = {}
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start:start + CHUNK]
            longest = len(chunk[-1][1])
            tokens = np.zeros((len(chunk), longest), np.int64)
            mask = np.zeros((len(chunk), longest), bool)
            for index, (_, row) in enumerate(chunk):
                tokens[index, :len(row)] = row
                mask[index, :len(row)] = True
            padding = self._encoder.config.pad_token_id or 0
            ids = torch.from_numpy(np.where(mask, tokens, padding))
            with torch.autocast(device.type, enabled=False):
                output = self._encoder(
                    input_ids=ids.to(device),
                    attention_mask=torch.from_numpy(mask).long().to(device)
                ).last_hidden_state
            halves = output.half().cpu().numpy()
            states |= {key: halves[index, :len(row)]
                       for index, (key, row) in enumerate(chunk)}
        return states

    def _open(self) -> TextStateCache:
        """Open the files of this model; its weights are known by now."""
        weights = [(each.data_ptr(), each._version)
                   for each in self._encoder.parameters()]
        # A checkpoint may have been loaded since.
        if self._cache is None or weights != self._weights:
            self._weights = weights
            module: nn.Module = self._encoder
            digest = module_digest(module, self._encoder.config.model_type)
            self._cache = TextStateCache(self._folder / digest,
                                         self._encoder.config.hidden_size)
        return self._cache
