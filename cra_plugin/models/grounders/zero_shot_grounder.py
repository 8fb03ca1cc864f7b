"""Answers and grounds by CLIP alone: nothing is trained."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.model import BaseModel
from torch import Tensor
from torch.nn.functional import normalize

from cra_plugin.errors import InputError, check_choice
from cra_plugin.functional.gaussian import gaussian_filter
from cra_plugin.functional.masking import masked_softmax
from cra_plugin.models.build_part import PREPROCESSOR
from cra_plugin.models.grounders.predictions import write_predictions
from cra_plugin.registry import MODELS, TASK_UTILS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample

QUERIES = ('choice', 'question')


@MODELS.register_module()
class ZeroShotGrounder(BaseModel):
    """Compare frames and texts in the space that CLIP has them in.

    With c_mt the cosine of choice m and frame t, a choice scores the mean of
    its k largest c_mt, and the probabilities are the softmax of the scores
    over ``temperature``. Frame weights are the softmax over time of the
    cosines of the query over ``temperature``, smoothed by a Gaussian. This is
    what every trained model must beat.

    Args:
        text_encoder (dict): Token ids (B, M, L) to (B, M, D), in the space
            of the frames.
        top_k (int): Frames k that decide on a choice; all where a video has
            fewer. Defaults to 4.
        temperature (float): CLIP's own is 0.01. Defaults to 0.01.
        query (str): What the frames are weighed by: ``'choice'``, the prompt
            of the chosen choice, or ``'question'``. Defaults to 'choice'.
        kernel_size (int): Frames of the Gaussian filter; 1 smooths nothing.
            Defaults to 5.
        sigma (float): Its standard deviation in frames. Defaults to 1.0.
        span_decoders (dict[str, dict], optional): Decoder name to config.
            Defaults to None, no spans.
        data_preprocessor (dict, optional): Defaults to None, ours.

    Raises:
        InputError: If a number is out of its range, or the query unknown.
    """

    # tools/test.py takes it without a checkpoint.
    needs_checkpoint = False

    def __init__(self,
                 text_encoder: dict[str, Any],
                 top_k: int = 4,
                 temperature: float = 0.01,
                 query: str = 'choice',
                 kernel_size: int = 5,
                 sigma: float = 1.0,
                 span_decoders: dict[str, dict[str, Any]] | None = None,
                 data_preprocessor: dict[str, Any] | None = None) -> None:
        super().__init__(data_preprocessor or PREPROCESSOR)
        check_choice('ZeroShotGrounder.query', query, QUERIES)
        for name, value in (('top_k', top_k), ('temperature', temperature),
                            ('kernel_size', kernel_size), ('sigma', sigma)):
            if not value > 0:
                raise InputError(f'ZeroShotGrounder.{name}', f'{value}',
                                 'a number above 0')
        self.text_encoder = MODELS.build(text_encoder)
        self.top_k = top_k
        self.temperature = temperature
        self.query = query
        self.kernel_size = kernel_size
        self.sigma = float(sigma)
        self.span_decoders = {
            name: TASK_UTILS.build(config)
            for name, config in (span_decoders or {}).items()
        }

    @property
    def frame_encoder(self) -> dict[str, Any] | None:
        """What makes frame features in the space of the texts, if known."""
        return getattr(self.text_encoder, 'frame_encoder', None)

    def init_weights(self) -> None:
        """Load what the texts are encoded by; nothing else has weights."""
        if hasattr(self.text_encoder, 'init_weights'):
            self.text_encoder.init_weights()
        self._is_init = True

    def forward(  # type: ignore[override]
        self,
        inputs: dict[str, Tensor],
        data_samples: list[VideoQGDataSample] | None = None,
        mode: str = 'tensor'
    ) -> list[VideoQGDataSample] | tuple[Tensor, Tensor]:
        """Run one of mmengine's modes.

        Args:
            inputs (dict[str, Tensor]): ``frames`` (B, T, D) or
                ``frame_states``, ``frame_mask`` (B, T), ``choice_tokens``,
                ``choice_mask`` (B, M, L), ``question_tokens`` and
                ``question_mask`` (B, 1, L).
            data_samples (list[VideoQGDataSample], optional): One per sample.
                Defaults to None.
            mode (str): ``'predict'`` or ``'tensor'``. Defaults to 'tensor'.

        Returns:
            list | tuple: Data samples with predictions; or logits (B, M), of
            the question where there are no choices, and frame weights
            (B, T).

        Raises:
            InputError: If it is to be trained.
        """
        if mode == 'loss':
            raise InputError('model.type', 'ZeroShotGrounder in a training',
                             'a model that is trained',
                             'evaluate it by tools/test.py')
        logits, weights = self._score(inputs)
        if mode == 'tensor':
            return logits, weights
        assert data_samples is not None
        return write_predictions(data_samples, logits, weights,
                                 inputs['frame_mask'], self.span_decoders)

    def encode_video(self, inputs: dict[str, Tensor]) -> Tensor:
        """Hand on the frame features, (B, T, D)."""
        return inputs['frames']

    def encode_frames(self, inputs: dict[str, Tensor]) -> Tensor:
        """Frame features of length 1, whatever is asked.

        Args:
            inputs (dict[str, Tensor]): ``frames`` or ``frame_states``.

        Returns:
            Tensor: (B, T, D).
        """
        if 'frame_states' in inputs:
            return inputs['frame_states']
        return normalize(inputs['frames'].float(), dim=-1)

    def _score(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Logits (B, M) and frame weights (B, T).

        Without choices the question is the only candidate.
        """
        frames, mask = self.encode_frames(inputs), inputs['frame_mask']
        asked = inputs['choice_tokens'].shape[1] > 0
        choices = self._cosines(inputs, 'choice' if asked else 'question',
                                frames)
        logits = self._choice_scores(choices, mask) / self.temperature
        if self.query == 'question':
            query = self._cosines(inputs, 'question', frames)[:, 0]
        else:
            query = choices[torch.arange(len(choices)), logits.argmax(dim=1)]
        weights = masked_softmax(query / self.temperature, mask)
        smoothed = gaussian_filter(weights, weights.new_tensor(self.sigma),
                                   self.kernel_size, mask=mask)
        return logits, smoothed / smoothed.sum(dim=-1, keepdim=True)

    def _cosines(self, inputs: dict[str, Tensor], kind: str,
                 frames: Tensor) -> Tensor:
        """Cosines (B, M, T) of the texts of a kind with the frames."""
        tokens, mask = inputs[f'{kind}_tokens'], inputs[f'{kind}_mask']
        texts = self.text_encoder(tokens, mask).float()
        if texts.shape[-1] != frames.shape[-1]:
            raise InputError(
                'the frame features', f'width {frames.shape[-1]}',
                f'{texts.shape[-1]}, that of the texts', 'extract them by '
                'the same model, or set --cfg-options '
                'model.text_encoder.model=NAME')
        return normalize(texts, dim=-1) @ frames.transpose(1, 2)

    def _choice_scores(self, cosines: Tensor, mask: Tensor) -> Tensor:
        """Mean (B, M) of the k largest cosines of real frames."""
        masked = cosines.masked_fill(~mask[:, None], -torch.inf)
        size = min(self.top_k, masked.shape[-1])
        best = masked.topk(size, dim=-1).values
        real = best.isfinite()
        return best.masked_fill(~real, 0).sum(-1) / real.sum(-1)
