"""Pre-training of a language model that reads a video: words are hidden."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModel
from torch import Tensor

from cra_plugin.errors import naming
from cra_plugin.models.build_part import PREPROCESSOR, build_part
from cra_plugin.models.grounders.frame_inputs import frame_mask_of
from cra_plugin.models.grounders.grounded_candidates import targets_of
from cra_plugin.models.losses.masked_word_loss import MaskedWordLoss
from cra_plugin.registry import MODELS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


@MODELS.register_module()
class MaskedWordModel(BaseModel):
    """Guess words of the right texts that are hidden, from frames and rest.

    FrozenBiLM's own pre-training. A :class:`FrozenBiLMGrounder` takes the
    weights by ``load_from``. Source: FrozenBiLM (arXiv 2206.08155).

    Args:
        video_encoder (dict): Anything to (B, T, D'), with ``out_dim`` D'.
        language_model (dict): A :class:`FrozenBiLM`.
        mask_prob (float): Probability that a word is hidden. Defaults to
            0.3.
        repeats (int): How often each text is read in a step, other words
            hidden each time. Defaults to 1.
        data_preprocessor (dict, optional): Defaults to None, ours.
        init_cfg (dict, optional): Defaults to None.

    Raises:
        InputError: If ``mask_prob`` or ``repeats`` is out of range.
    """

    def __init__(self,
                 video_encoder: dict[str, Any],
                 language_model: dict[str, Any],
                 mask_prob: float = 0.3,
                 repeats: int = 1,
                 data_preprocessor: dict[str, Any] | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(data_preprocessor or PREPROCESSOR, init_cfg)
        with naming(MaskedWordLoss, type(self).__name__):
            self.word_loss = MaskedWordLoss(mask_prob, repeats)
        self.video_encoder: Any = build_part(
            'model.video_encoder', MODELS, video_encoder)
        self.language_model: Any = build_part(
            'model.language_model', MODELS, language_model,
            feature_dim=self.video_encoder.out_dim)
        self.language_model.freeze_unused(words=True, answers=False)

    def forward(  # type: ignore[override]
            self,
            inputs: dict[str, Tensor],
            data_samples: list[VideoQGDataSample] | None = None,
            mode: str = 'loss') -> dict[str, Tensor]:
        """Hide words and guess them.

        Args:
            inputs (dict[str, Tensor]): As :class:`FrozenBiLMGrounder` takes
                them; the text of the right choice is read.
            data_samples (list, optional): One per sample.
            mode (str): Only ``'loss'``. Defaults to 'loss'.

        Returns:
            dict[str, Tensor]: Of :class:`MaskedWordLoss`.

        Raises:
            RuntimeError: In any other mode.
        """
        if mode != 'loss' or data_samples is None:
            raise RuntimeError(f'mode {mode!r}: it answers no questions; '
                               'train a FrozenBiLMGrounder on its weights')
        with naming(type(self.video_encoder), 'model.video_encoder'):
            features = self.video_encoder(
                inputs['video' if 'video' in inputs else 'frames'])
        frames = self.language_model.embed_frames(features)
        found: dict[str, Tensor] = self.word_loss(
            self.language_model, frames, frame_mask_of(inputs, frames),
            inputs, targets_of(data_samples, 'gt_answer', frames))
        return found
